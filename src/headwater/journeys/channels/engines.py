"""Search engines: which addresses are searches, and for what."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from headwater.journeys.channels.hosts import Referrer
from headwater.journeys.channels.lists import Engine, Lists
from headwater.journeys.channels.texts import clean, unquote

_COUNTRY: Final = re.compile(r"[a-z]{2}(?:-[a-z]{2})?")
_BARE: Final = frozenset({"/^$/", "/", "/.*/"})


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One engine's pages, compiled. `path` is "" where any path will do."""

    engine: str
    source: str
    path: str
    params: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    charsets: tuple[str, ...]
    is_open: bool
    """Its bare host counts as a search: the engine hides its keywords."""
    hidden: tuple[re.Pattern[str], ...]
    is_alone: bool
    """Its host does nothing but search, so that it counts as a search where no path says."""

    def keyword(self, referrer: Referrer) -> str | None:
        """Return the search in lower case, "" where it is hidden, None where it is none."""
        if self.path and not is_under(referrer.path, self.path):
            return None
        raw = self._raw_keyword(referrer)
        if raw:
            return clean(unquote(raw, self.charsets)).lower()
        if raw == "" or self.is_open:
            return ""
        # Browsers cut a referrer to its host, and search engines are what people search with.
        if self.is_alone and not referrer.query and referrer.path in {"", "/"}:
            return ""
        rest = referrer.rest
        return "" if any(pattern.search(rest) for pattern in self.hidden) else None

    def _raw_keyword(self, referrer: Referrer) -> str | None:
        found: str | None = None
        if referrer.query:
            for name in self.params:
                found = parameter(referrer.query, name)
                if found is not None:
                    return found
        for pattern in self.patterns:
            match = pattern.search(referrer.text)
            if match is not None and match.lastindex:
                return match[1]
        return found


class Engines:
    """Finds the pages of search engines by host."""

    def __init__(self, lists: Lists) -> None:
        self._exact: dict[str, list[SearchPage]] = {}
        self._any_suffix: dict[str, list[SearchPage]] = {}
        self._any_country: dict[str, list[SearchPage]] = {}
        for engine in lists.engines:
            if engine.name not in lists.sources.overrules.engines:
                self._add(engine, lists)

    def at(self, host: str, suffix: str) -> tuple[SearchPage, ...]:
        """Return the search pages of a host with that public suffix, long paths first."""
        found: dict[SearchPage, None] = {}
        for name in _spellings(host):
            found |= dict.fromkeys(self._exact.get(name, ()))
            if suffix:
                found |= dict.fromkeys(self._any_suffix.get(name[: -len(suffix) - 1], ()))
            for with_country in _countries(name):
                found |= dict.fromkeys(self._any_country.get(with_country, ()))
        return tuple(sorted(found, key=lambda page: -len(page.path)))

    def _add(self, engine: Engine, lists: Lists) -> None:
        for url in engine.urls:
            host, slash, path = url.removeprefix("android-app//").partition("/")
            page = _compile(engine, host, (slash + path).rstrip("/"), lists)
            if host.endswith(".{}"):
                self._any_suffix.setdefault(host[:-3], []).append(page)
            elif "{}" in host:
                self._any_country.setdefault(host, []).append(page)
            else:
                self._exact.setdefault(host.lower(), []).append(page)


def source_name(engine: str, lists: Lists) -> str:
    """Return the short name of an engine: `Google Images` is `google`."""
    name = engine.lower()
    for begins, short in lists.sources.engine_names.items():
        if name.startswith(begins):
            return short
    return name


def parameter(query: str, name: str) -> str | None:
    """Return the first raw value of a query's parameter; None where it has none."""
    begin = 0 if query.startswith(f"{name}=") else query.find(f"&{name}=") + 1
    if begin == 0 and not query.startswith(f"{name}="):
        return None
    begin += len(name) + 1
    end = query.find("&", begin)
    return query[begin:] if end < 0 else query[begin:end]


def _compile(engine: Engine, host: str, path: str, lists: Lists) -> SearchPage:
    only_searches = engine.name in lists.sources.overrules.open_engines
    return SearchPage(
        engine=engine.name,
        source=source_name(engine.name, lists),
        path=path,
        params=tuple(name for name in engine.params if not name.startswith("/")),
        patterns=tuple(
            re.compile(name[1:-1]) for name in engine.params if name.startswith("/")
        ),
        charsets=tuple(_codec(name) for name in engine.charsets),
        is_open=only_searches
        or "search" in host.split(".")
        or not _BARE.isdisjoint(engine.hiddenkeyword),
        hidden=tuple(_hidden(engine)),
        is_alone=not path and host not in lists.sources.overrules.portals,
    )


def _hidden(engine: Engine) -> Iterator[re.Pattern[str]]:
    for text in engine.hiddenkeyword:
        if text in _BARE:
            continue
        is_pattern = len(text) > 1 and text.startswith("/") and text.endswith("/")
        yield re.compile(text[1:-1] if is_pattern else f"^{re.escape(text)}$")


def _codec(charset: str) -> str:
    return codecs.lookup(charset).name  # an unknown charset fails here, at load


def is_under(path: str, prefix: str) -> bool:
    """Tell whether a path is the prefix or below it."""
    return path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in {"", "/", "?"}


def _countries(host: str) -> Iterator[str]:
    """Yield a host with each label that may be a country as `{}`."""
    labels = host.split(".")
    for place, label in enumerate(labels[:-2]):
        if _COUNTRY.fullmatch(label):
            yield ".".join((*labels[:place], "{}", *labels[place + 1 :]))


def _spellings(host: str) -> list[str]:
    mobile = host.removeprefix("www.").removeprefix("m.")
    plain = mobile.removeprefix("search.")
    found = [host, host.removeprefix("www."), f"www.{host}", mobile, plain]
    return list(dict.fromkeys(found))
