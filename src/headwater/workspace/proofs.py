"""Erases one person from every file of a data directory, and proves it by a search of all."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.domain.times import from_micros, now_micros
from headwater.facts import PersonKeys, Vault
from headwater.facts.searching import Hit, Searched, is_short, search
from headwater.workspace.directory import WAREHOUSE_FILE, Workspace
from headwater.workspace.originals import Known
from headwater.workspace.persons import Person, find_person, names_of

_SHORTEST: Final = 6
_GONE: Final = "(erased)"

Needles = Mapping[str, str]


def erase(workspace: Workspace, identifier: str) -> dict[str, Any]:
    """Erase a person and return the proof, as JSON without anything of the person in it.

    `before` and `after` say in which files which of their names were found; `after.hits` is
    empty where all went well. Raises StoreBusy while others read the facts for long; asked
    again it completes. What comes in about them later, by a browser that they still use or
    another import, is new.
    """
    workspace.rebuild()
    person = find_person(workspace, identifier)
    keys, known = names_of(workspace, person)
    needles = _needles(workspace.facts.vault, person, keys, known)
    before = _search(workspace, needles)
    erased = workspace.facts.erase(_complete(keys, known))
    _clean_rejects(workspace.directory / "rejects", needles)
    _clean_truth(workspace.directory / "truth", needles)
    workspace.rebuild()
    after = _search(workspace, needles)
    return {
        "erased_at": from_micros(now_micros()).isoformat(),
        "sought": dict(sorted(Counter(label.split(" ")[0] for label in needles).items())),
        "not_sought": sum(len(one) < _SHORTEST for one in keys.external_ids),
        "facts_blanked": erased.facts,
        "files_rewritten": erased.files,
        "keys_deleted": erased.keys,
        "before": _told(before),
        "after": _told(after),
        "is_clean": not after.hits,
    }


def _complete(keys: PersonKeys, known: Known) -> PersonKeys:
    return PersonKeys(
        emails=known.emails_of(keys.email_keys),
        phones=known.phones_of(keys.phone_keys),
        external_ids=keys.external_ids,
        visitor_ids=keys.visitor_ids,
        email_keys=keys.email_keys,
        phone_keys=keys.phone_keys,
        fact_ids=keys.fact_ids,
    )


def _needles(vault: Vault, person: Person, keys: PersonKeys, known: Known) -> Needles:
    """Return every form of a person's keys by a label that does not give it away.

    Addresses and numbers that they share with others, such as an office's, are the others' too
    and not among them.
    """
    forms: dict[str, list[str]] = {
        "address": list(known.emails_of(keys.email_keys)),
        "number": list(known.phones_of(keys.phone_keys)),
        "hash": [
            *keys.email_keys,
            *keys.phone_keys,
            *map(vault.external_subject, keys.external_ids),
            *map(vault.visitor_subject, keys.visitor_ids),
        ],
        "id": [one for one in keys.external_ids if len(one) >= _SHORTEST],
        "visitor": list(keys.visitor_ids),
        "person": [person.person_id],
    }
    forms["address"] += [quote(one, safe="") for one in forms["address"]]
    forms["number"] += [quote(one, safe="") for one in forms["number"]]
    return {
        f"{sort} {number}": text
        for sort, texts in forms.items()
        for number, text in enumerate(dict.fromkeys(texts), 1)
    }


def _search(workspace: Workspace, needles: Needles) -> Searched:
    found = search(workspace.directory, needles)
    packed = [
        Hit(f"{WAREHOUSE_FILE}: {table}", label, count)
        for table, label, count in _asked(workspace, needles)
    ]
    return Searched(found.files, found.size, (*found.hits, *packed))


def _asked(workspace: Workspace, needles: Needles) -> list[tuple[str, str, int]]:
    """Ask the derived tables themselves: their file holds texts packed."""
    columns = workspace.warehouse.query(
        "select table_name, list(column_name) as names from duckdb_columns()"
        " where schema_name = 'main' and data_type = 'VARCHAR' and not internal"
        " and table_name in (select table_name from duckdb_tables())"
        " group by table_name order by table_name"
    ).to_pylist()
    hits = []
    for row in columns:
        # Only names that the engine itself gives are put into the statement.
        texts = ", ".join(f'"{name}"' for name in row["names"])
        counts = ", ".join(
            f"count(*) filter (where {_is_in_line(text, number)}) as n{number}"
            for number, text in enumerate(needles.values())
        )
        found = workspace.warehouse.query(
            f"select {counts} from (select lower(concat_ws(chr(31), {texts})) as line"  # noqa: S608
            f' from "{row["table_name"]}")',
            {f"sought{n}": _pattern(text) for n, text in enumerate(needles.values())},
        ).to_pylist()[0]
        hits += [
            (row["table_name"], label, count)
            for label, count in zip(needles, found.values(), strict=True)
            if count
        ]
    return hits


def _is_in_line(text: str, number: int) -> str:
    search_for = "regexp_matches" if is_short(text) else "contains"
    return f"{search_for}(line, $sought{number})"


def _pattern(text: str) -> str:
    lower = text.lower()
    return f"(^|[^0-9a-z]){re.escape(lower)}($|[^0-9a-z])" if is_short(text) else lower


def _told(found: Searched) -> dict[str, Any]:
    return {
        "files": found.files,
        "bytes": found.size,
        "hits": [
            {"place": hit.path, "what": hit.label, "count": hit.count} for hit in found.hits
        ],
    }


def _clean_rejects(folder: Path, needles: Needles) -> None:
    """Take a person's values out of the rows that importers could not use."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        clean = [[_GONE if _mentions(cell, needles) else cell for cell in row] for row in rows]
        if clean != rows:
            draft = path.with_suffix(".new")
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(clean)
            draft.replace(path)


def _mentions(text: str, needles: Needles) -> bool:
    lower = text.lower()
    return any(needle.lower() in lower for needle in needles.values())


def _clean_truth(folder: Path, needles: Needles) -> None:
    """Take a person's rows out of the truth tables that a synthetic company has."""
    for path in sorted(folder.glob("*.parquet")):
        table = pq.read_table(path)
        hit = pa.array([False] * table.num_rows)
        for name in table.column_names:
            if pa.types.is_string(table.schema.field(name).type):
                for needle in needles.values():
                    found = pc.match_substring(table.column(name), needle, ignore_case=True)
                    hit = pc.or_(hit, pc.fill_null(found, fill_value=False))
        if pc.any(hit).as_py():
            draft = path.with_suffix(".new")
            pq.write_table(table.filter(pc.invert(hit)), draft)
            draft.replace(path)
