"""Numbers, money, dates and spans of time as the reader's language writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from decimal import Decimal
from typing import Final

from babel import Locale, dates, numbers, units
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from headwater.domain.money import Money, exponent
from headwater.domain.times import DAY, HOUR, MINUTE, SECOND, from_micros

BLANK: Final = "\N{EN DASH}"
"""Stands where a figure does not exist, such as a rate over nothing. Never 0."""

_LOCALES: Final = {"en": "en_GB", "tr": "tr_TR", "th": "th_TH", "id": "id_ID", "ru": "ru_RU"}


def locale() -> Locale:
    """Return the locale of the language of this request."""
    return Locale.parse(_LOCALES.get((get_language() or "en")[:2], "en_GB"))


def count(value: float | None) -> str:
    """A number of things: whole where it is whole, else with one digit."""
    if value is None:
        return BLANK
    rounded = round(float(value), 1)
    pattern = "#,##0" if abs(rounded - round(rounded)) < 0.05 else "#,##0.0"
    return numbers.format_decimal(rounded, pattern, locale())


def money(minor: float | None, currency: str) -> str:
    """An amount to the cent."""
    if minor is None:
        return BLANK
    exact = Money.from_minor(round(minor), currency)
    return numbers.format_currency(exact.amount, currency, locale=locale())


def short_money(minor: float | None, currency: str) -> str:
    """An amount without cents, where a glance is enough; small amounts keep them."""
    if minor is None:
        return BLANK
    amount = Decimal(round(minor)).scaleb(-exponent(currency))
    if abs(amount) < 100 and amount != int(amount):
        return money(minor, currency)
    return numbers.format_currency(
        round(amount), currency, locale=locale(), currency_digits=False, format=_whole_pattern()
    )


def _whole_pattern() -> str:
    pattern = locale().currency_formats["standard"].pattern
    return str(pattern).replace(".00", "")


def percent(share: float | None, digits: int = 1) -> str:
    """A share of one: 0.125 is 12.5 %."""
    if share is None:
        return BLANK
    pattern = "#,##0." + "0" * digits + "%" if digits else "#,##0%"
    return numbers.format_percent(share, _percent_pattern(pattern), locale())


def _percent_pattern(pattern: str) -> str:
    """Put the sign where the language has it: `12 %`, `%12`."""
    own = str(locale().percent_formats[None].pattern)
    return own.replace("#,##0", pattern.rstrip("%"))


def ratio(value: float | None) -> str:
    """How many times: 4.2x is written 4.20."""
    return BLANK if value is None else numbers.format_decimal(value, "#,##0.00", locale())


def signed_percent(share: float) -> str:
    """A change: always with its sign."""
    sign = "+" if share >= 0 else "\N{MINUS SIGN}"
    return sign + percent(abs(share), 0 if abs(share) >= 0.1 else 1)


def day(value: date | None, width: str = "medium") -> str:
    """A calendar day."""
    return BLANK if value is None else dates.format_date(value, width, locale())


def moment_day(micros: int | None, zone: tzinfo = UTC) -> str:
    """The calendar day of a time, in the time zone of the reports."""
    return BLANK if micros is None else day(from_micros(micros).astimezone(zone).date())


def moment(micros: int | None, zone: tzinfo = UTC) -> str:
    """Day, hour and minute."""
    if micros is None:
        return BLANK
    at = from_micros(micros).astimezone(zone)
    return dates.format_datetime(at.replace(tzinfo=None), "d MMM y, HH:mm", locale=locale())


def moment_exact(micros: int, zone: tzinfo = UTC) -> str:
    """Day, hour, minute and second."""
    at = from_micros(micros).astimezone(zone)
    return dates.format_datetime(at.replace(tzinfo=None), "d MMM y, HH:mm:ss", locale=locale())


def iso(micros: int | None) -> str | None:
    """Day and time as machines write it, in UTC."""
    return None if micros is None else from_micros(micros).isoformat()


def clock(micros: int, zone: tzinfo = UTC) -> str:
    """Hour and minute."""
    at = from_micros(micros).astimezone(zone)
    return dates.format_time(at.replace(tzinfo=None), "HH:mm", locale=locale())


_UNITS: Final = (("hour", HOUR), ("minute", MINUTE), ("second", SECOND))


def span(micros: int | None) -> str:
    """A length of time in its largest whole unit: `3 days`, `5 hours`."""
    if micros is None:
        return BLANK
    whole_days = abs(micros) // DAY
    if whole_days:
        # Babel has no pattern for days in Turkish and Thai, so they are words of ours.
        text = ngettext("%(number)s day", "%(number)s days", whole_days)
        return text % {"number": count(whole_days)}
    unit, size = next((one for one in _UNITS if abs(micros) >= one[1]), _UNITS[-1])
    return units.format_unit(
        abs(micros) // size, f"duration-{unit}", length="long", locale=locale()
    )


def days(value: float | None) -> str:
    """A number of days with at most one digit after the point."""
    return BLANK if value is None else _("%(number)s d") % {"number": count(value)}


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved against the period before. `share` is None where it was nothing."""

    share: float | None
    text: str

    @property
    def direction(self) -> str:
        """`up`, `down` or `same`."""
        if self.share is None or abs(self.share) < 0.0005:
            return "same"
        return "up" if self.share > 0 else "down"


def change(now: float | None, before: float | None) -> Change:
    """Compare a figure with the one before it."""
    if now is None or not before:
        return Change(None, BLANK)
    share = (now - before) / abs(before)
    return Change(share, signed_percent(share))
