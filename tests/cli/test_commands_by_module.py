"""Each command is found in its module, and starting one imports no other's."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest
import typer

from headwater.cli.commands import MODULE_OF


@pytest.mark.parametrize("module", sorted(set(MODULE_OF.values())))
def test_a_module_has_the_commands_that_are_looked_for_in_it(module: str) -> None:
    own = typer.Typer()
    import_module(f"headwater.cli.{module}").register(own)
    named = {command for command, place in MODULE_OF.items() if place == module}
    assert set(typer.main.get_group(own).commands) == named


@pytest.mark.slow
def test_a_collector_starts_without_the_engine_and_the_app() -> None:
    program = (
        "import sys; from headwater.cli.app import app\n"
        "app(['collect', '--help'], standalone_mode=False)\n"
        "print({'duckdb', 'pyarrow', 'django'} & set(sys.modules), file=sys.stderr)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == "set()\n"
