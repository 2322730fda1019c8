"""A web server log becomes drafts of events."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from headwater.capture import agents
from headwater.capture.importers.addresses import truncate
from headwater.capture.importers.drafts import Draft
from headwater.capture.importers.log_lines import Request, parse_line
from headwater.capture.importers.log_requests import RequestKind, classify, is_static
from headwater.capture.importers.rows import fault_in_text
from headwater.capture.importers.survey import Survey
from headwater.capture.importers.text_lines import TextLines
from headwater.domain.errors import BadRow, InputError
from headwater.domain.words import FactKind

_SAMPLED_LINES: Final = 50_000
_REMEMBERED_VISITORS: Final = 200_000
_SHOWN: Final = 200

LABELS: Final = {
    RequestKind.PAGE: "pages",
    RequestKind.FILE: "static files",
    RequestKind.OTHER: "other requests",
}
BOTS: Final = "bots"


@dataclass(frozen=True, slots=True)
class Site:
    """Whose log it is: `origin` is scheme and host, as they begin each page's address."""

    origin: str
    note: str

    @property
    def host(self) -> str:
        """The host without its scheme."""
        return self.origin.partition("://")[2]


class LogFeed:
    """Requests of a log. `keyed` makes this store's hashes, of which visitor ids are made."""

    fact = FactKind.EVENT
    unit = "bytes"

    def __init__(
        self, survey: Survey, file: TextLines, site: str | None, keyed: Callable[[str], str]
    ) -> None:
        self._site = _given(site) if site else _detected(survey)
        self._keyed = keyed
        self._visitors: dict[tuple[str, str | None], str] = {}
        self._file = file
        self.total = file.total

    @property
    def notes(self) -> Sequence[str]:
        """Say which site the log was taken to be of."""
        return [self._site.note]

    def drafts(self) -> Iterator[Draft | BadRow]:
        """Yield what each line came to, in the file's order."""
        for number, line in enumerate(self._file.lines(), start=1):
            text = line.rstrip("\r\n")
            if not text:
                continue
            try:
                yield self._draft(number, parse_line(_checked(text)))
            except InputError as failure:
                yield BadRow(number, "(line)", text[:_SHOWN], str(failure))

    def position(self) -> int:
        return self._file.position()

    def _draft(self, number: int, request: Request) -> Draft:
        kind = classify(request)
        visitor_id = self._visitor_id(request)
        values: dict[str, object] = {
            "name": kind.value,
            "occurred_at": request.occurred_at,
            "site": self._site.host,
            "visitor_id": visitor_id,
            "url": self._url(request),
            "referrer": request.referrer,
            "user_agent": request.user_agent,
            "ip": _network(request.address),
            "properties": _properties(request.size, request.method, request.status),
        }
        # Not of the site, so that telling it another site does not make other requests of it.
        identity = (
            self.fact.value,
            "log",
            visitor_id,
            str(request.occurred_at),
            request.target,
            request.referrer or "",
            str(values["properties"]),
        )
        is_bot = agents.describe(request.user_agent).is_bot
        return Draft(
            number, values, identity, is_keyed=False, label=BOTS if is_bot else LABELS[kind]
        )

    def _visitor_id(self, request: Request) -> str:
        """Name the browser by address and agent, so that only this store can."""
        known = (request.address, request.user_agent)
        if known not in self._visitors:
            if len(self._visitors) >= _REMEMBERED_VISITORS:
                self._visitors.clear()
            text = f"log-visitor:{request.address}\n{request.user_agent or ''}"
            self._visitors[known] = self._keyed(text)
        return self._visitors[known]

    def _url(self, request: Request) -> str:
        if request.target.startswith("/"):
            return self._site.origin + request.target
        return request.target


def _checked(line: str) -> str:
    reason = fault_in_text(line)
    if reason is not None:
        raise InputError(reason)
    return line


def _network(address: str) -> str | None:
    try:
        return truncate(address)
    except InputError:
        return None  # a host's name, where the server looks names up


@lru_cache(maxsize=65_536)
def _properties(size: int | None, method: str | None, status: int) -> str:
    found = {"bytes": size, "method": method, "status": status}
    return json.dumps({name: value for name, value in found.items() if value is not None})


def _given(site: str) -> Site:
    origin = _origin(site if "://" in site else f"https://{site}")
    if origin is None:
        raise InputError(f"'{site}' is not a site; write its host, such as www.example.com.")
    return Site(origin, f"The log was taken to be of {origin}, as told.")


def _detected(survey: Survey) -> Site:
    """Take the site to be the page that most often asked for a style, script or picture."""
    with closing(TextLines(survey, newline="\n")) as file:
        sample = list(_askers(islice(file.lines(), _SAMPLED_LINES)))
    if not sample:
        raise InputError(
            f"{survey.path}: no line is of the combined or common log format; nothing was "
            "imported. The first line of such a log is like 203.0.113.7 - - "
            '[17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 512 "-" "Mozilla/5.0".'
        )
    origins = Counter(origin for origin in sample if origin)
    if not origins:
        raise InputError(
            f"{survey.path}: the log does not show which site it is of. Say it with --site, "
            "such as --site www.example.com."
        )
    best = min(origins, key=lambda origin: (-origins[origin], origin))
    note = (
        f"The log was taken to be of {best}, whose pages asked for most of the static files; "
        "if that is wrong, import it anew into an empty data directory, with --site."
    )
    return Site(best, note)


def _askers(lines: Iterable[str]) -> Iterator[str | None]:
    """Yield for each readable line the site whose page asked for a file, None if none did."""
    for line in lines:
        try:
            request = parse_line(line.rstrip("\r\n"))
        except InputError:
            continue
        is_file = is_static(request.target.partition("?")[0])
        yield _origin(request.referrer) if request.referrer and is_file else None


def _origin(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "." not in host:
        return None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
