"""The texts of the screens: found in code and templates, kept in .po files, compiled to .mo.

    python -m headwater.web.catalogue update     new texts into every .po
    python -m headwater.web.catalogue compile    .mo from .po

A test fails where a text is missing, untranslated, or newer than its .mo.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from headwater.domain.errors import InputError

HERE: Final = Path(__file__).resolve().parent
LANGUAGES: Final = ("tr", "th", "id", "ru")
_KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_SKIPPED: Final = re.compile(r"/(migrations|static)/")


def wanted() -> Catalog:
    """Return every text that the code and the templates use."""
    found = Catalog(project="Headwater", charset="utf-8", fuzzy=False)
    for path in sorted(_sources()):
        name = path.relative_to(HERE).as_posix()
        for _line, text, _comments, context in extract(
            "python", io.BytesIO(_python(path)), _KEYWORDS
        ):
            found.add(text, locations=[(name, 1)], context=context)
    for message in found:
        message.locations = sorted(set(message.locations))
    return found


def po_path(language: str) -> Path:
    """Return where a language's texts are kept."""
    return HERE / "locale" / language / "LC_MESSAGES" / "django.po"


def mo_path(language: str) -> Path:
    """Return where a language's compiled texts are kept."""
    return po_path(language).with_suffix(".mo")


def load(language: str) -> Catalog:
    """Return a language's texts as they are on disk; none where there is no file."""
    path = po_path(language)
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(language: str) -> bytes:
    """Return what the .mo of a language must hold."""
    catalogue = load(language)
    # The same texts always give the same file, whenever it is made.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    body = io.BytesIO()
    write_mo(body, catalogue)
    return body.getvalue()


def update() -> None:
    """Bring every .po up to the texts in use; what is no longer used is dropped."""
    template = wanted()
    for language in LANGUAGES:
        catalogue = load(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        _name(catalogue, language)
        body = io.BytesIO()
        write_po(body, catalogue, sort_output=True, width=96, include_lineno=False)
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_without_dates(body.getvalue()))


def compile_all() -> None:
    """Write every .mo."""
    for language in LANGUAGES:
        mo_path(language).write_bytes(compiled(language))


def _name(catalogue: Catalog, language: str) -> None:
    """Head a file with what is true of it alone."""
    catalogue.project, catalogue.version = "Headwater", "1"
    catalogue.header_comment = f"# The texts of Headwater's screens: {language}."
    catalogue.msgid_bugs_address = catalogue.last_translator = ""
    catalogue.language_team = language
    catalogue.fuzzy = False


def _sources() -> Iterator[Path]:
    for pattern in ("**/*.py", "templates/**/*.html"):
        for path in HERE.glob(pattern):
            if not _SKIPPED.search(path.as_posix()):
                yield path


def _python(path: Path) -> bytes:
    """Return a source as Python: Django turns its template tags into calls of gettext."""
    text = path.read_text(encoding="utf-8")
    return (templatize(text) if path.suffix == ".html" else text).encode()


def _without_dates(body: bytes) -> bytes:
    """Drop what changes with every run, so that a file changes only with its texts."""
    return re.sub(rb'"(POT-Creation-Date|PO-Revision-Date|Generated-By)[^\n]*\n', b"", body)


def main(arguments: list[str]) -> None:
    """Run one of the two commands."""
    commands = {"update": update, "compile": compile_all}
    if len(arguments) != 1 or arguments[0] not in commands:
        raise InputError("Say `update` or `compile`.")
    commands[arguments[0]]()


if __name__ == "__main__":
    main(sys.argv[1:])
