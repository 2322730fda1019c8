"""Tags and filters of the templates: addresses of assets, icons, figures by locale."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from headwater.web import assets, formats, house, palette, words

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a static file."""
    return assets.address(name)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return one icon of the sprite; it is decoration, hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        assets.address("headwater/icons.svg"),
        name,
    )


@register.filter
def hue(channel: str | None) -> str:
    """Return the class that gives a channel its colour."""
    return f"hue-{palette.hue(channel or '')}"


@register.filter
def lead_method(key: str) -> str:
    """How somebody became a lead, in words."""
    return words.method(key)


@register.filter
def money(minor: float | None) -> str:
    """An amount of the reporting currency, to the cent."""
    return formats.money(minor, house.currency())


@register.filter
def number(value: float | None) -> str:
    """A count."""
    return formats.count(value)


@register.filter
def percent(share: float | None) -> str:
    """A share of one."""
    return formats.percent(share)


@register.filter
def day(micros: int | None) -> str:
    """The calendar day of a time."""
    return formats.moment_day(micros, house.zone())


@register.filter
def moment(micros: int | None) -> str:
    """Day, hour and minute of a time."""
    return formats.moment(micros, house.zone())


@register.filter
def clock(micros: int) -> str:
    """Hour and minute of a time."""
    return formats.clock(micros, house.zone())


@register.filter
def moment_exact(micros: int) -> str:
    """Day and time to the second."""
    return formats.moment_exact(micros, house.zone())


@register.simple_tag
def bar(share: float | None, css_class: str = "bar") -> SafeString:
    """Return a bar as long as a share of one; its figure stands beside it in words."""
    width = f"{min(max(share or 0.0, 0.0), 1.0) * 100:.2f}%"
    return format_html(
        '<svg class="{}" aria-hidden="true"><rect width="{}" height="100%"></rect></svg>',
        css_class,
        width,
    )
