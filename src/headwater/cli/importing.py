"""`headwater import KIND FILE`: facts from files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headwater.capture.importers import (
    KIND_NAMES,
    ImportOptions,
    ImportSummary,
    load_mapping,
    run_import,
)
from headwater.cli.console import ImportBar, say
from headwater.facts import FactStore
from headwater.workspace import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_file)


def import_file(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help=f"What the rows are: {', '.join(KIND_NAMES)}.")],
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, JSONL, Parquet or a server's log.")],
    mapping: Annotated[
        Path | None, typer.Option("--map", help="A TOML file that says which column is what.")
    ] = None,
    site: Annotated[
        str | None, typer.Option(help="access-log: the host the log belongs to.")
    ] = None,
) -> None:
    """Load a file. Rows that cannot be used go to a reject file, all others are loaded.

    Safe to run twice: what is known already is not stored again. After an interruption, run
    the same command again and it goes on.
    """
    directory: Path = context.obj
    settings = Settings.load(directory)
    columns = load_mapping(mapping) if mapping else None
    options = ImportOptions(site=site, phone_region=settings.phone_region)
    with FactStore.open(directory) as store:
        summary = run_import(
            store, kind, file, mapping=columns, options=options, progress=ImportBar(file.name)
        )
    _tell(file, summary)
    if summary.read and summary.rejected == summary.read:
        raise typer.Exit(1)


def _tell(file: Path, summary: ImportSummary) -> None:
    typer.echo(
        f"{file.name}: {summary.loaded:,} rows read ({summary.new:,} new facts, "
        f"{summary.known:,} known already), {summary.rejected:,} rejected."
    )
    for label, count in summary.counts.items():
        typer.echo(f"  {label}: {count:,}")
    if summary.warnings:
        typer.echo(f"  fields left out of rows that were kept: {summary.warnings:,}")
    if summary.reject_path is not None:
        typer.echo(f"  what was wrong, row by row: {summary.reject_path}")
    for note in summary.notes:
        say(f"Note: {note}")
