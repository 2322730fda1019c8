"""The example closes a real loop with mapping files and public commands alone."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "olist" / "run"


def run(source: Path, data: Path) -> tuple[str, str]:
    headwater = Path(sys.executable).with_name("headwater")
    done = subprocess.run(
        [str(EXAMPLE), str(source)],
        env={**os.environ, "HEADWATER_DATA": str(data), "HEADWATER": str(headwater)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, done.stderr


@pytest.mark.slow
def test_the_loop_of_a_real_marketplace_closes_to_the_cent(
    shared_data: Path, tmp_path: Path
) -> None:
    told, proof = run(shared_data / "olist", tmp_path)
    rows = {row["origin"]: row for row in csv.DictReader(io.StringIO(told))}
    assert sum(int(row["leads"]) for row in rows.values()) == 8000
    assert sum(int(row["won"]) for row in rows.values()) == 842
    assert sum(int(row["selling_deals"]) for row in rows.values()) == 380
    assert sum(Decimal(row["revenue"]) for row in rows.values()) == Decimal("676851.48")
    paid = rows["paid_search"]
    assert (paid["leads"], paid["won"], paid["revenue"]) == ("1586", "195", "155277.05")
    assert (rows["unknown"]["leads"], rows["(not set)"]["leads"]) == ("1099", "60")
    assert "676,851.48" in proof
    again, _proof = run(shared_data / "olist", tmp_path)
    assert again == told


def test_no_word_of_the_example_is_in_the_code() -> None:
    word = re.compile(r"\bolist", re.IGNORECASE)
    sources = [
        path for path in (ROOT / "src").rglob("*") if path.suffix in {".py", ".sql", ".toml"}
    ]
    assert sources
    assert not [path for path in sources if word.search(path.read_text("utf-8"))]
