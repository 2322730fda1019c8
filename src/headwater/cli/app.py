"""The command and its global options; errors become one clear line, never a traceback."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from headwater import __version__
from headwater.cli.commands import Commands
from headwater.cli.console import complain
from headwater.domain.errors import HeadwaterError

app = typer.Typer(
    cls=Commands,
    name="headwater",
    help="Closed-loop marketing attribution, from the first click to the won deal.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"headwater {__version__}")
        raise typer.Exit


@app.callback()
def choose_data(
    context: typer.Context,
    data: Annotated[
        Path,
        typer.Option(envvar="HEADWATER_DATA", help="The data directory.", file_okay=False),
    ] = Path("data"),
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Tell the version."
        ),
    ] = False,
) -> None:
    """Remember the data directory for the command that follows."""
    context.obj = data


def main() -> None:
    """Run the command line; an error that Headwater raises on purpose exits with 1."""
    try:
        app()
    except HeadwaterError as error:
        complain(str(error))
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(141)
