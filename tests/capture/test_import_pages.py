"""Every kind, field and key of an import is in the manual."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from headwater.capture.importers import KIND_NAMES, KINDS, ColumnMapping
from headwater.capture.importers.mapping import DateFormat, FieldSpec, FileFormat, MoneyFormat

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "mapping.md").read_text("utf-8")
HOWTO = (DOCS / "howto" / "import.md").read_text("utf-8")


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_each_kind_is_explained(kind: str) -> None:
    assert f"| `{kind}` |" in HOWTO


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_each_field_of_a_kind_is_listed_with_its_shape(kind) -> None:  # type: ignore[no-untyped-def]
    section = REFERENCE.split(f"### {kind.name}\n")[1].split("\n### ")[0]
    listed = {
        field.strip(" `"): shape.strip()
        for line in section.splitlines()
        if line.startswith("| ") and "`" in line
        for shape, fields in [line.strip("| ").split(" | ")]
        for field in fields.split(",")
    }
    assert listed == {name: str(shape) for name, shape in kind.fields.items()}


@pytest.mark.parametrize(
    ("model", "before"),
    [
        (ColumnMapping, ""),
        (DateFormat, "[dates] "),
        (MoneyFormat, "[money] "),
        (FileFormat, "[file] "),
        (FieldSpec, ""),
    ],
)
def test_each_key_of_a_mapping_file_is_explained(model: type[BaseModel], before: str) -> None:
    for name in model.model_fields:
        assert any(f"{sign}{before}{name}" in REFERENCE for sign in "`[")
