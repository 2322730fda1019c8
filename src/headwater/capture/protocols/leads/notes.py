"""The small pages that people see whose form or link brought them to the collector itself."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from html import escape
from importlib.resources import files
from typing import Final

from headwater.capture.wire import Answer, WireRequest

_HEADERS: Final = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_PAGE: Final = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title><style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;"
    "margin:20vh auto;padding:0 1.5rem;color:#17242c;background:#fff}}"
    "@media(prefers-color-scheme:dark){{body{{color:#e3ebee;background:#0e171d}}}}</style>"
    "<h1>{title}</h1><p>{text}</p></html>"
)


class Note(StrEnum):
    """What there is to say."""

    THANKS = "thanks"
    INCOMPLETE = "incomplete"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    LEFT_OUT = "left_out"
    REFUSED = "refused"
    LATER = "later"
    TOO_MANY = "too_many"
    NO_LINK = "no_link"


_TEXTS: Final = tomllib.loads(files(__package__).joinpath("notes.toml").read_text("utf-8"))
_LANGUAGES: Final = frozenset(_TEXTS[Note.THANKS])


def page(status: int, note: Note, request: WireRequest) -> Answer:
    """Return a page in the language that the browser asks for first, of those there are."""
    language = _language(request)
    title, text = _TEXTS[note][language]
    body = _PAGE.format(language=language, title=escape(title), text=escape(text))
    return Answer(status, body.encode(), _HEADERS)


def _language(request: WireRequest) -> str:
    for asked in request.headers.get("accept-language", "")[:200].split(","):
        code = asked.strip()[:2].lower()
        if code in _LANGUAGES:
            return code
    return "en"
