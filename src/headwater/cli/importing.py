"""`headwater import KIND FILE`: facts from files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headwater.capture.importers import (
    EXPORTS,
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
    app.command("import")(import_files)


def import_files(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help=f"What the rows are: {', '.join(KIND_NAMES)}.")],
    files: Annotated[
        list[Path], typer.Argument(help="CSV, XLSX, JSON, Parquet or a server's log.")
    ],
    mapping: Annotated[
        Path | None, typer.Option("--map", help="A TOML file that says which column is what.")
    ] = None,
    site: Annotated[
        str | None,
        typer.Option(help="The site that a server's log or another tool's export is of."),
    ] = None,
) -> None:
    """Load files. Rows that cannot be used go to a reject file, all others are loaded.

    Safe to run twice: what is known already is not stored again. After an interruption, run
    the same command again and it goes on.
    """
    directory: Path = context.obj
    settings = Settings.load(directory)
    columns = load_mapping(mapping) if mapping else None
    options = ImportOptions(
        site=site, phone_region=settings.phone_region, currency=settings.currency
    )
    summaries = []
    with FactStore.open(directory) as store:
        for file in files:
            bar = ImportBar(file.name)
            summary = run_import(
                store, kind, file, mapping=columns, options=options, progress=bar
            )
            _tell(file, summary, "facts" if kind in EXPORTS else "rows")
            summaries.append(summary)
    if any(summary.read and summary.rejected == summary.read for summary in summaries):
        raise typer.Exit(1)


def _tell(file: Path, summary: ImportSummary, read: str) -> None:
    typer.echo(
        f"{file.name}: {summary.loaded:,} {read} read ({summary.new:,} new facts, "
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
