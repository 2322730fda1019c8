"""What the frame around every page needs: places, language, light or dark, as-of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.web import formats, house

THEMES: Final = ("auto", "light", "dark")
THEME_COOKIE: Final = "headwater_theme"
OWN_NAMES: Final = (
    ("en", "English"),
    ("tr", "Türkçe"),
    ("th", "ไทย"),
    ("id", "Bahasa Indonesia"),
    ("ru", "Русский"),
)

_CHANNELS: Final = frozenset(
    {"channels", "conversions", "channel-rules", "channel-rule", "channel-rules-text"}
)
_SITES: Final = frozenset(
    {"sites", "add-site", "site", "site-settings", "remove-site", "links", "add-link"}
    | {"promo-codes", "add-code"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation."""

    name: str
    address: str
    icon: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything around a page's own content. `first_mode` is what the server can know."""

    places: tuple[Place, ...]
    language: str
    languages: tuple[tuple[str, str], ...]
    theme: str
    first_mode: str
    as_of: str


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Template context of every page."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    theme = theme if theme in THEMES else "auto"
    is_inside = getattr(request, "user", None) is not None and request.user.is_authenticated
    return {
        "frame": Frame(
            places=_places(request) if is_inside else (),
            language=(get_language() or "en")[:2],
            languages=OWN_NAMES,
            theme=theme,
            first_mode="dark" if theme == "dark" else "light",
            as_of=_as_of() if is_inside else "",
        )
    }


def _places(request: HttpRequest) -> tuple[Place, ...]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    entries = (
        (_("Overview"), "overview", {"overview"}),
        (_("Channels"), "channels", _CHANNELS),
        (_("Models"), "models", {"models"}),
        (_("Incrementality"), "incrementality", {"incrementality"}),
        (_("Leads"), "leads", {"leads", "journey"}),
        (_("Opportunities"), "opportunities", {"opportunities"}),
        (_("Sites"), "sites", _SITES),
    )
    return tuple(
        Place(name, reverse(view), view, here in views) for name, view, views in entries
    )


def _as_of() -> str:
    as_of = house.as_of()
    return formats.moment(as_of, house.zone()) if as_of is not None else ""
