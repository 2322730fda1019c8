"""Tells a company its facts and reads what was made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from headwater.domain.words import FactKind
from headwater.workspace import Workspace
from story import Row

Facts = Mapping[str, Sequence[Row]]
"""Rows by the name of their kind."""


@contextmanager
def company(directory: Path, facts: Facts, settings: str = "") -> Iterator[Workspace]:
    """A company under the settings (TOML) that was told the facts, its tables made."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "settings.toml").write_text(settings, "utf-8")
    with Workspace.open(directory) as workspace:
        tell(workspace, facts)
        yield workspace


def tell(workspace: Workspace, facts: Facts) -> None:
    """Append the facts, each kind in the order given, and bring the tables up to them."""
    for kind, rows in facts.items():
        workspace.facts.append(FactKind(kind), rows)
    workspace.rebuild()


def rows(workspace: Workspace, sql: str, **params: object) -> list[dict[str, Any]]:
    """The rows that a SELECT finds in the derived tables."""
    found: list[dict[str, Any]] = workspace.warehouse.query(sql, params).to_pylist()
    return found


def the(workspace: Workspace, sql: str, **params: object) -> dict[str, Any]:
    """The only row that a SELECT finds."""
    (one,) = rows(workspace, sql, **params)
    return one
