"""The scripts that the package ships are what their sources make, and within their budgets."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SHIPPED = ROOT / "src" / "headwater" / "capture" / "tracker"
BUDGETS: dict[str, int] = json.loads((ROOT / "tracker" / "budgets.json").read_text("utf-8"))


@pytest.mark.slow
def test_the_shipped_scripts_are_what_their_sources_make(tmp_path: Path) -> None:
    """Their types are checked, and the sizes are printed. One test: it installs the tools."""
    done = subprocess.run(
        [ROOT / "tools" / "tracker-build", tmp_path],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for name, budget in BUDGETS.items():
        assert re.search(rf"(?m)^{name}: \d+ bytes brotli \(budget {budget}\)", done.stdout)
        assert (tmp_path / name).read_bytes() == (SHIPPED / name).read_bytes(), (
            "run `make tracker` and commit what it makes"
        )


@pytest.mark.slow
@pytest.mark.parametrize("name", BUDGETS)
def test_a_packed_script_is_the_plain_one_and_within_its_budget(name: str) -> None:
    plain = (SHIPPED / name).read_bytes()
    packed = (SHIPPED / f"{name}.br").read_bytes()
    assert len(packed) <= BUDGETS[name]
    assert gzip.decompress((SHIPPED / f"{name}.gz").read_bytes()) == plain
    assert unpacked_by_node(SHIPPED / f"{name}.br") == plain


def unpacked_by_node(path: Path) -> bytes:
    node = shutil.which("node")
    assert node is not None, "install nodejs, as tools/system-packages does"
    code = "process.stdout.write(zlib.brotliDecompressSync(fs.readFileSync(process.argv[1])))"
    return subprocess.run([node, "-e", code, str(path)], check=True, capture_output=True).stdout


def test_the_budgets_are_those_of_the_design() -> None:
    assert BUDGETS == {"hw-core.js": 3 * 1024, "hw.js": 6 * 1024}


@pytest.mark.parametrize("name", BUDGETS)
def test_a_script_is_plain_ascii_without_evaluation(name: str) -> None:
    script = (SHIPPED / name).read_text("ascii")
    assert "eval(" not in script
    assert "Function(" not in script
