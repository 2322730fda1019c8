"""docs/explanation/models.md lists every model there is, and which ones reports can show."""

from __future__ import annotations

import re
from pathlib import Path

from headwater.attribution import DATA_DRIVEN, MODELS
from headwater.attribution.incremental.named import NAME
from headwater.attribution.model_runs.labels import canonical
from headwater.domain.errors import InputError, UnknownName

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "models.md"
ROW = re.compile(
    r"^\| `([^`]+)` \| (rule|data-driven|incremental) \|.*\| ([^|]+) \|$", re.MULTILINE
)
LISTED = {name: (kind, shown) for name, kind, shown in ROW.findall(PAGE.read_text("utf-8"))}


def learned(name: str) -> bool:
    try:
        return bool(canonical(name))
    except (InputError, UnknownName):
        return False


def test_every_model_is_listed_once_and_none_besides() -> None:
    names = {
        kind: {one for one, (of, _) in LISTED.items() if of == kind}
        for kind, _ in LISTED.values()
    }
    assert names == {
        "rule": {*MODELS, "custom(...)"},
        "data-driven": set(DATA_DRIVEN),
        "incremental": {NAME},
    }


def test_the_list_says_which_models_reports_can_show() -> None:
    for name, (kind, shown) in LISTED.items():
        if kind == "rule":
            assert shown == "yes"
        else:
            assert shown.startswith("once learned" if learned(name) else "no:"), name


def test_the_two_pages_of_models_lead_to_each_other() -> None:
    other = PAGE.with_name("incremental.md").read_text("utf-8")
    assert "(models.md)" in other
    assert "(incremental.md)" in PAGE.read_text("utf-8")
