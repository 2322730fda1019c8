"""An empty store, and a way to import a text as a file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headwater.capture.importers import (
    ColumnMapping,
    ImportOptions,
    ImportSummary,
    run_import,
)
from headwater.facts import FactStore

Load = Callable[..., ImportSummary]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FactStore]:
    with FactStore.open(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def load(store: FactStore, tmp_path: Path) -> Load:
    """Import `content` as a file called `name` by a mapping written in TOML."""

    def run(
        kind: str,
        content: str | bytes,
        mapping: str | None = None,
        name: str = "rows.csv",
        options: ImportOptions | None = None,
    ) -> ImportSummary:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        chosen = None if mapping is None else ColumnMapping(**tomllib.loads(mapping))
        return run_import(store, kind, path, mapping=chosen, options=options or ImportOptions())

    return run
