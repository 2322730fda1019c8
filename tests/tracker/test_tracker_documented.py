"""What the tracker reads, answers, tells and keeps is in its reference, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SOURCE = "".join(
    path.read_text("utf-8") for path in sorted((ROOT / "tracker" / "src").rglob("*.ts"))
)
REFERENCE = (ROOT / "docs" / "reference" / "tracker.md").read_text("utf-8")


def first_cells(*header: str) -> set[str]:
    """The names in the first column of the table with this header."""
    _, _, rest = REFERENCE.partition(f"| {' | '.join(header)} |\n")
    rows = rest.split("\n\n")[0].splitlines()[1:]
    assert rows, header
    return {re.findall(r"`([^`]+)`", row.split("|")[1])[0] for row in rows}


@pytest.mark.parametrize(
    ("pattern", "header"),
    [
        (r'setting(?:List)?\("(\w+)"\)', ("attribute", "default", "meaning")),
        (r'offer\(\s*"(\w+)"', ("call", "meaning")),
        (r'report\("(\w+)"', ("event", "when", "properties")),
        (r"(data-hw-\w+)", ("attribute", "on", "meaning")),
        (r'"(hw_[vscq])[."]', ("name", "where", "life", "holds")),
    ],
)
def test_the_reference_lists_what_the_sources_have(
    pattern: str, header: tuple[str, ...]
) -> None:
    told = {
        re.sub(r"^headwater\('(\w+)'.*", r"\1", name).removesuffix(".*")
        for name in first_cells(*header)
    }
    assert told == set(re.findall(pattern, SOURCE))


def test_the_reference_lists_what_hidden_fields_can_hold() -> None:
    about = (ROOT / "tracker/src/full/about.ts").read_text("utf-8")
    sources = (ROOT / "tracker/src/core/sources.ts").read_text("utf-8")
    names = re.findall(r'"((?:\w+\|)+\w*)"', about + sources)
    missing = [
        name for name in "|".join(names).split("|") if name and f"`{name}`" not in REFERENCE
    ]
    assert len(names) > 3
    assert missing == []
