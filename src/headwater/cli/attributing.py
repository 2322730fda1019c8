"""`headwater attribute`: any model on files of one's own, without a data directory."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final

import pyarrow as pa
import typer
from rich.table import Table

from headwater.attribution import (
    Attribution,
    Bootstrap,
    PathColumns,
    attribute,
    attribute_paths,
)
from headwater.attribution.naming import every
from headwater.cli.attribution_files import TableFile, rows_as_in
from headwater.cli.console import OUTPUT, say
from headwater.domain.errors import UnknownName

FORMATS: Final = ("csv", "json", "table")
_BOUNDS: Final = ("conversions_low", "conversions_high", "value_low", "value_high")
_MINOR: Final = "value_minor"

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
Models = Annotated[
    list[str],
    typer.Option(
        "--model", help="Models, with commas: first,shapley,markov(order=2),incremental."
    ),
]
Order = Annotated[int, typer.Option(min=1, help="How many touches a Markov state holds.")]
Nulls = Annotated[
    bool, typer.Option("--nulls/--no-nulls", help="Learn from those who did not convert.")
]
Replicates = Annotated[int, typer.Option(help="Draws per interval; 0 for no intervals.")]
Seed = Annotated[int, typer.Option(min=0, help="What the draws begin with.")]
Form = Annotated[str, typer.Option("--format", help=f"{', '.join(FORMATS)}.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Share out conversions among channels, from files of your own.",
        no_args_is_help=True,
    )
    group.command()(paths)
    group.command()(touches)
    app.add_typer(group, name="attribute")


def paths(
    file: File,
    model: Models,
    path_sep: Annotated[str, typer.Option(help="What parts the channels of a path.")] = " > ",
    path_col: Annotated[str, typer.Option(help="The column of paths.")] = "path",
    conversions_col: Annotated[str, typer.Option(help="How many converted.")] = "conversions",
    value_col: Annotated[
        str | None, typer.Option(help="Their value; else 'value', if present.")
    ] = None,
    null_col: Annotated[
        str | None, typer.Option(help="How many did not convert; else 'nulls', if present.")
    ] = None,
    order: Order = 1,
    nulls: Nulls = True,
    replicates: Replicates = 1000,
    seed: Seed = 0,
    form: Form = "csv",
) -> None:
    """Attribute a table of paths (CSV or Parquet): one row per path, with what came of it.

    The path is a text with separators or, in Parquet, a list. Intervals come with models that
    learn; `incremental` needs the column of how many did not convert. What was assumed is told
    on the terminal, beside the output.
    """
    _check_format(form)
    models = every(split_models(model), order)
    given = TableFile.read("paths", file)
    for name in (conversions_col, value_col or "value", null_col or "nulls"):
        given = given.with_numbers(name)
    columns = PathColumns(path_col, conversions_col, value_col, null_col)
    with rows_as_in(given):
        lists = given.has(path_col) and pa.types.is_nested(given.table.column(path_col).type)
        found = attribute_paths(
            given.table,
            models,
            None if lists else path_sep,
            columns,
            nulls=nulls,
            bootstrap=_bootstrap(replicates, seed),
        )
    _show(found.credit.to_pylist(), "channel", form, decimals=0)
    _tell(found, "channel")


def touches(
    touches: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    conversions: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    model: Models,
    lookback: Annotated[str, typer.Option(help="Such as 90d, or unlimited.")] = "90d",
    by: Annotated[str, typer.Option(help="The column of touches to sum by.")] = "channel",
    learn_by: Annotated[
        str | None,
        typer.Option(help="A finer column for incremental to learn by, such as campaign."),
    ] = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="Begin paths anew after each conversion.")
    ] = False,
    order: Order = 1,
    nulls: Nulls = True,
    replicates: Replicates = 1000,
    seed: Seed = 0,
    form: Form = "csv",
) -> None:
    """Attribute conversions to touches (two files, CSV or Parquet).

    TOUCHES: person_id, touched_at, touch_id, channel (and is_direct; any other to sum by).
    CONVERSIONS: conversion_id, person_id, converted_at, value, kind (and counts, lead_at,
    opportunity_at). Times are ISO 8601, UTC where they name no zone. Values sum exactly.
    `incremental` needs the touches of persons who did not convert too.
    """
    _check_format(form)
    models = every(split_models(model), order)
    seen = TableFile.read("touches", touches).with_times("touched_at").with_flags("is_direct")
    won, decimals = _conversions(conversions)
    with rows_as_in(seen, won):
        found = attribute(
            seen.table,
            won.table,
            models,
            lookback,
            by,
            learn_by=learn_by,
            reset=reset,
            nulls=nulls,
            bootstrap=_bootstrap(replicates, seed),
        )
    _show(found.credit.to_pylist(), by, form, decimals)
    _tell(found, by)


def split_models(texts: Sequence[str]) -> list[str]:
    """Return the models of comma-separated lists; commas within brackets part nothing."""
    found: list[str] = []
    for text in texts:
        depth, start = 0, 0
        for place, letter in enumerate(text):
            depth += (letter in "([{") - (letter in ")]}")
            if letter == "," and depth == 0:
                found.append(text[start:place])
                start = place + 1
        found.append(text[start:])
    return [one.strip() for one in found]


def _conversions(path: Path) -> tuple[TableFile, int]:
    given = TableFile.read("conversions", path).require(
        "conversion_id", "converted_at", "value"
    )
    given = given.with_numbers("counts")
    for name in ("converted_at", "lead_at", "opportunity_at"):
        given = given.with_times(name)
    given, decimals = given.with_minor("value", _MINOR)
    return given.renamed({"converted_at": "anchored_at"}), decimals


def _bootstrap(replicates: int, seed: int) -> Bootstrap | None:
    return Bootstrap(replicates, seed) if replicates else None


def _check_format(form: str) -> None:
    if form not in FORMATS:
        raise UnknownName("format", form, FORMATS)


def _show(rows: list[dict[str, object]], by: str, form: str, decimals: int) -> None:
    """Print the rows; whole units of value become amounts with `decimals`."""
    for row in rows:
        for name in ("", "_low", "_high"):
            units = row.pop(f"{_MINOR}{name}", None)
            if units is not None:
                row[f"value{name}"] = Decimal(str(units)).scaleb(-decimals)
    bounds = _BOUNDS if any(row.get(_BOUNDS[0]) is not None for row in rows) else ()
    names = ["model", by, "conversions", "value", *bounds]
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    elif form == "json":
        shown = [{name: row.get(name) for name in (*names, "flags")} for row in rows]
        typer.echo(json.dumps(shown, default=float, ensure_ascii=False, indent=1))
    else:
        _show_table(rows, names)


def _cell(value: object) -> str:
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _show_table(rows: list[dict[str, object]], names: list[str]) -> None:
    table = Table()
    for name in names:
        table.add_column(name, justify="left" if name in names[:2] else "right")
    for row in rows:
        cells = [row.get(name) for name in names]
        numbers = ["" if cell is None else f"{cell:,.2f}" for cell in cells[2:]]
        table.add_row(*map(str, cells[:2]), *numbers)
    OUTPUT.print(table)


def _tell(found: Attribution, by: str) -> None:
    """Say what was assumed: once per model, with the channels where it is not all of them."""
    for model, lines in found.assumed.learned.items():
        for line in lines:
            say(f"{model}: {line}")
    rows = found.credit.to_pylist()
    marked: dict[tuple[str, str], list[str]] = {}
    sizes: dict[str, int] = {}
    for row in rows:
        model = str(row["model"])
        sizes[model] = sizes.get(model, 0) + 1
        flags = row.get("flags")
        for flag in flags if isinstance(flags, list) else []:
            marked.setdefault((model, flag), []).append(str(row[by]))
    for (model, flag), channels in marked.items():
        where = "" if len(channels) == sizes[model] else f" - {', '.join(channels)}"
        say(f"{model}: {flag}{where}")
