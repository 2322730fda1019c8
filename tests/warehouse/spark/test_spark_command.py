"""What `headwater rebuild --engine spark` says to who types it wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from headwater.cli.app import app
from headwater.domain.errors import ConfigError, InputError


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--engine", "spark"], "--master"),
        (["--master", "local[2]"], "--engine spark"),
    ],
)
def test_an_engine_and_its_master_go_together(
    tmp_path: Path, arguments: list[str], told: str
) -> None:
    done = CliRunner().invoke(app, ["--data", str(tmp_path / "data"), "rebuild", *arguments])
    assert isinstance(done.exception, InputError)
    assert told in str(done.exception)


@pytest.mark.parametrize("master", ["nowhere", "local[", "spark:/host", ""])
def test_what_is_no_master_is_refused_before_spark_starts(tmp_path: Path, master: str) -> None:
    asked = ["--data", str(tmp_path / "data"), "rebuild", "--engine", "spark"]
    done = CliRunner().invoke(app, [*asked, "--master", master])
    assert isinstance(done.exception, ConfigError | InputError)
    assert "master" in str(done.exception)
