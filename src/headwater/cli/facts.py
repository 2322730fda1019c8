"""`headwater facts`: what came in, counted and exported."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import typer
from rich.table import Table

from headwater.cli.console import OUTPUT, say
from headwater.cli.output_files import output_file
from headwater.domain.errors import UnknownName
from headwater.domain.words import FactKind
from headwater.facts import FactStore

_FORMATS: Final = ("csv", "json", "parquet")
_PRIVATE: Final = ("personal", "subject")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="The facts: what came in, as it came.", no_args_is_help=True)
    group.command()(count)
    group.command()(export)
    app.add_typer(group, name="facts")


def _kind(name: str) -> FactKind:
    if name not in set(FactKind):
        raise UnknownName("kind of fact", name, FactKind)
    return FactKind(name)


Kind = Annotated[str, typer.Option(help=f"One of: {', '.join(FactKind)}.")]


def count(
    context: typer.Context,
    kind: Kind = "",
    form: Annotated[str, typer.Option("--format", help="table or csv.")] = "table",
) -> None:
    """Count the facts of each kind."""
    directory: Path = context.obj
    chosen = [_kind(kind)] if kind else list(FactKind)
    with FactStore.open(directory) as store:
        counts = store.counts()
    if form == "csv":
        typer.echo("kind,facts")
        for name in chosen:
            typer.echo(f"{name},{counts.get(name, 0)}")
        return
    table = Table("Kind", show_footer=True)
    table.add_column(
        "Facts", justify="right", footer=f"{sum(counts[name] for name in chosen):,}"
    )
    for name in chosen:
        table.add_row(name, f"{counts.get(name, 0):,}")
    OUTPUT.print(table)


def export(
    context: typer.Context,
    kind: Kind,
    form: Annotated[str, typer.Option("--format", help=", ".join(_FORMATS))] = "csv",
    output: Annotated[Path | None, typer.Option(help="Write to a file instead.")] = None,
) -> None:
    """Export the facts of one kind. People's originals stay encrypted and are left out."""
    if form not in _FORMATS:
        raise UnknownName("format", form, _FORMATS)
    directory: Path = context.obj
    with FactStore.open(directory) as store:
        table = store.read(_kind(kind))
    table = table.drop_columns([name for name in _PRIVATE if name in table.column_names])
    if output is not None:
        with output_file(output) as file:
            _write(table, form, file)
        say(f"{table.num_rows:,} facts written to {output}.")
    else:
        _write(table, form, sys.stdout.buffer)


def _write(table: pa.Table, form: str, file: BinaryIO) -> None:
    if form == "csv":
        pyarrow.csv.write_csv(table, file)
    elif form == "parquet":
        pyarrow.parquet.write_table(table, file, compression="zstd")
    else:
        for batch in table.to_batches(max_chunksize=10_000):
            lines = (json.dumps(row, ensure_ascii=False) for row in batch.to_pylist())
            file.writelines(line.encode() + b"\n" for line in lines)
