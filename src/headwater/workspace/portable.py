"""Everything held about one person, as they may ask for it (GDPR, articles 15 and 20)."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

from headwater.domain.times import from_micros, now_micros
from headwater.facts import FactStore
from headwater.workspace.directory import Workspace
from headwater.workspace.persons import find_person, names_of

_SEALED: Final = ("personal", "subject", "seq")
_TABLES: Final = {
    "persons": "from persons where person_id = $person",
    "keys": "from person_keys where person_id = $person order by person_key",
    "sessions": (
        "select sessions.* from sessions inner join touchpoints"
        " on touchpoints.touch_id = sessions.session_id"
        " where touchpoints.person_id = $person order by started_at, session_id"
    ),
    "touchpoints": "from touchpoints where person_id = $person order by touched_at, touch_id",
    "leads": "from leads where person_id = $person",
    "deals": "from deals where person_id = $person order by deal_id",
    "orders": "from orders where person_id = $person order by order_id",
    "conversions": (
        "from conversions where person_id = $person order by converted_at, conversion_id"
    ),
}


def export(workspace: Workspace, identifier: str) -> dict[str, Any]:
    """Return all that is held about a person as JSON: facts as they came, and what they made.

    `facts` by kind have the originals (e-mail, phone, name, message) in the clear; `derived`
    has the rows of the tables that reports are made from. Times are ISO 8601 in UTC.
    """
    workspace.rebuild()
    person = find_person(workspace, identifier)
    keys, known = names_of(workspace, person)
    facts = {
        kind.value: [_opened(workspace.facts, row) for row in _in_order(table)]
        for kind, table in workspace.facts.find(keys).items()
    }
    derived = {
        name: [
            _readable(row)
            for row in workspace.warehouse.query(sql, {"person": person.person_id}).to_pylist()
        ]
        for name, sql in _TABLES.items()
    }
    return {
        "person_id": person.person_id,
        "exported_at": from_micros(now_micros()).isoformat(),
        "known_as": {
            "emails": list(known.emails),
            "phones": list(known.phones),
            "names": list(known.names),
            "external_ids": list(keys.external_ids),
            "visitors": list(keys.visitor_ids),
        },
        "facts": facts,
        "derived": derived,
    }


def as_zip(told: Mapping[str, Any]) -> bytes:
    """Return an export as a ZIP archive: one JSON file for each kind of fact and table."""
    parts = {"person.json": {k: v for k, v in told.items() if k not in {"facts", "derived"}}}
    for group in ("facts", "derived"):
        parts |= {f"{group}/{name}.json": rows for name, rows in told[group].items()}
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, json.dumps(content, ensure_ascii=False, indent=2))
    return archive.getvalue()


def _in_order(table: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.sort_by("occurred_at").to_pylist()
    return rows


def _opened(facts: FactStore, row: Mapping[str, Any]) -> dict[str, Any]:
    originals: Mapping[str, str] = {}
    if row.get("personal") is not None:
        originals = facts.vault.open_personal(row["subject"], row["personal"]) or {}
    return _readable({k: v for k, v in row.items() if k not in _SEALED} | dict(originals))


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not known; write times as people and programs read them."""
    return {
        name: from_micros(value).isoformat() if name.endswith("_at") else value
        for name, value in row.items()
        if value is not None
    }
