"""What a logged request was: a page someone looked at, a file, or something else."""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files
from typing import Final
from urllib.parse import parse_qsl

from headwater.capture.importers.log_lines import Request

_STATIC: Final = frozenset(
    (files("headwater.capture.importers") / "static_endings.txt").read_text("ascii").split()
)
_FEED_NAMES: Final = frozenset({"feed", "feeds", "rss", "atom"})
_FEED_WORDS: Final = ("rss", "atom", "rdf")
_FEED_PARAMETERS: Final = frozenset({"feed", "flav", "flavor", "format", "type", "output"})
_SHOWN: Final = frozenset({*range(200, 300), 304})


class RequestKind(StrEnum):
    """The name of the event that a request becomes."""

    PAGE = "page_view"
    FILE = "file_request"
    OTHER = "request"


def classify(request: Request) -> RequestKind:
    """Say what the request was.

    A static file or a feed is one by its name, whatever came of the request. A page is what
    GET answered with 2xx or 304.
    """
    path, _, query = request.target.partition("?")
    if not path.startswith("/") and "://" not in path:
        return RequestKind.OTHER
    if is_static(path) or _is_feed(path, query):
        return RequestKind.FILE
    if request.method == "GET" and request.status in _SHOWN:
        return RequestKind.PAGE
    return RequestKind.OTHER


def is_static(path: str) -> bool:
    """Say whether the path names a file that is no page."""
    name = path.rpartition("/")[2]
    return "." in name and name.rpartition(".")[2].lower() in _STATIC


def _is_feed(path: str, query: str) -> bool:
    if path.rstrip("/").rpartition("/")[2].lower() in _FEED_NAMES:
        return True
    return "=" in query and any(
        name.lower() in _FEED_PARAMETERS and value.lower().startswith(_FEED_WORDS)
        for name, value in parse_qsl(query)
    )
