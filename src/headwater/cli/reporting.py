"""`headwater report` and `headwater journey`: answers from the derived tables."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from headwater import reports
from headwater.cli.asking import App, Params, ask, freshen
from headwater.cli.output_files import output_file
from headwater.cli.tables import show_balance, show_journey, show_report
from headwater.domain.errors import InputError, UnknownName
from headwater.domain.words import DateBasis
from headwater.facts import FactStore
from headwater.reports import ReportRequest
from headwater.workspace import Workspace, key_of

_TABLE = "table"
_BINARY = frozenset({"xlsx", "parquet"})
_NAMES = (*reports.REPORTS, *reports.ALONE)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(report)
    app.command()(journey)


Model = Annotated[str, typer.Option(help="The attribution model, such as linear or position.")]
Lookback = Annotated[
    str, typer.Option(help="How far back a touch earns credit: 90d, unlimited.")
]


def report(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(_NAMES)}.")],
    model: Model = "",
    lookback: Lookback = "",
    date_basis: Annotated[
        str, typer.Option(help=f"Which date counts: {', '.join(DateBasis)}.")
    ] = "",
    from_: Annotated[
        str, typer.Option("--from", help="The first day, such as 2026-01-31.")
    ] = "",
    to: Annotated[str, typer.Option(help="The last day.")] = "",
    by: Annotated[list[str] | None, typer.Option(help="Dimensions, with commas.")] = None,
    revenue: Annotated[
        str, typer.Option(help="What revenue is made of: deals or orders.")
    ] = "",
    columns: Annotated[
        list[str] | None, typer.Option(help="Columns, with commas; new=old renames one.")
    ] = None,
    filters: Annotated[
        list[str] | None, typer.Option("--filter", help="Such as channel=Email; repeatable.")
    ] = None,
    metric: Annotated[
        str, typer.Option(help="models, incrementality: the metric, such as leads.")
    ] = "",
    sort: Annotated[str, typer.Option(help="A column, with :asc or :desc.")] = "",
    limit: Annotated[str, typer.Option(help="At most so many rows.")] = "",
    form: Annotated[
        str, typer.Option("--format", help="table, csv, xlsx, json or parquet.")
    ] = _TABLE,
    output: Annotated[Path | None, typer.Option(help="Write to a file instead.")] = None,
) -> None:
    """Print a report. The rows go to the output, the balance under them to the terminal."""
    allowed = {_TABLE, *reports.FORMATS}
    if form not in allowed:
        raise UnknownName("format", form, allowed)
    if form in _BINARY and output is None and sys.stdout.isatty():
        raise InputError(
            f"A report as {form} is not for a terminal. Say where to with --output FILE."
        )
    if form == _TABLE and output is not None:
        raise InputError(
            f"A table is for the terminal. Say with --format how to write {output}: "
            f"{', '.join(reports.FORMATS)}."
        )
    params: Params = {
        "model": model,
        "lookback": lookback,
        "date_basis": date_basis,
        "from": from_,
        "to": to,
        "by": by or [],
        "revenue": revenue,
        "columns": columns or [],
        "filter": filters or [],
        "metric": metric,
        "sort": sort,
        "limit": limit,
    }
    made, proof = _report(context.obj, name, params, "json" if form == _TABLE else form)
    if form == _TABLE:
        show_report(json.loads(made))
    else:
        _put(made, output)
    show_balance(json.loads(proof))


def _report(directory: Path, name: str, params: Params, form: str) -> tuple[bytes, bytes]:
    """Return the report in a format, and as JSON for its balance."""

    def here(workspace: Workspace) -> tuple[bytes, bytes]:
        request = reports.parse(params, workspace.request())
        freshen(workspace)
        answer = workspace.report(name, request)
        return reports.render(answer, form), reports.render(answer, "json")

    def there(app: App) -> tuple[bytes, bytes]:
        made = app.get(f"reports/{name}", {**params, "format": form})
        proof = (
            made if form == "json" else app.get(f"reports/{name}", {**params, "format": "json"})
        )
        return made, proof

    return ask(directory, here, there)


def journey(
    context: typer.Context,
    identifier: Annotated[
        str,
        typer.Argument(help="An external id, e-mail, +phone, person, visitor, deal or order."),
    ],
    model: Model = "",
    lookback: Lookback = "",
    form: Annotated[str, typer.Option("--format", help="table or json.")] = _TABLE,
) -> None:
    """Print one person's journey: every touch, and the credit each one earned."""
    if form not in {_TABLE, "json"}:
        raise UnknownName("format", form, {_TABLE, "json"})
    params: Params = {"model": model, "lookback": lookback}

    def here(workspace: Workspace) -> bytes:
        request = reports.parse(params, workspace.request())
        freshen(workspace)
        return reports.journey_to_json(
            workspace.journey(identifier, replace(request, models=(request.model,)))
        )

    def there(app: App) -> bytes:
        with FactStore.open(context.obj) as store:
            key = key_of(store, identifier)
        return app.get(
            f"journeys/{quote(key, safe='')}",
            {**params, "models": model or ReportRequest().model},
        )

    made = ask(context.obj, here, there)
    if form == "json":
        typer.echo(made, nl=False)
    else:
        show_journey(json.loads(made))


def _put(made: bytes, output: Path | None) -> None:
    if output is None:
        typer.echo(made, nl=False)
    else:
        with output_file(output) as file:
            file.write(made)
