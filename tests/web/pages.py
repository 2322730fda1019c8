"""Reads a page as people with a screen reader meet it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Page(HTMLParser):
    """What a page holds: fields, labels, tables, headings, images, links, texts."""

    fields: list[dict[str, str]] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    tables: int = 0
    captions: int = 0
    headings: list[str] = field(default_factory=list)
    images: list[dict[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    styled: list[str] = field(default_factory=list)
    scripts: list[dict[str, str]] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    language: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._note(tag, given)
        for name in ("src", "href", "action"):
            address = given.get(name, "")
            if address.startswith(("http:", "https:", "//")):
                self.outside.append(address)
        if "style" in given or any(name.startswith("on") for name in given):
            self.styled.append(f"{tag} {given}")
        if "id" in given:
            self.ids.append(given["id"])

    def _note(self, tag: str, given: dict[str, str]) -> None:
        if tag in {"input", "select", "textarea"}:
            self.fields.append(given)
        elif tag in {"h1", "h2", "h3"}:
            self.headings.append(tag)
        elif tag in _NOTES:
            _NOTES[tag](self, given)

    def handle_data(self, data: str) -> None:
        self.text += data


def _html(page: Page, given: dict[str, str]) -> None:
    page.language = given.get("lang", "")


def _table(page: Page, given: dict[str, str]) -> None:
    page.tables += 1


def _caption(page: Page, given: dict[str, str]) -> None:
    page.captions += 1


_NOTES: dict[str, Callable[[Page, dict[str, str]], object]] = {
    "html": _html,
    "table": _table,
    "caption": _caption,
    "label": lambda page, given: page.labelled.add(given.get("for", "")),
    "img": lambda page, given: page.images.append(given),
    "a": lambda page, given: page.links.append(given.get("href", "")),
    "script": lambda page, given: page.scripts.append(given),
    "form": lambda page, given: page.forms.append(given),
}


def read(body: bytes) -> Page:
    """Return what a page holds."""
    page = Page()
    page.feed(body.decode())
    return page
