"""`headwater models run` and `headwater models list`: data-driven models and their runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from headwater.attribution.model_runs import RUNNABLE, is_incremental, runnable
from headwater.cli.asking import App, ask, freshen
from headwater.cli.console import OUTPUT, say, step_bar
from headwater.domain.errors import UnknownName
from headwater.domain.words import ConversionKind
from headwater.workspace import Workspace
from headwater.workspace.modelling import kinds_named, wanted
from headwater.workspace.run_json import runs_to_json

_ALSO: Final = ("deal",)
_TENTH: Final = 0.1

models = typer.Typer(
    help="Data-driven models: learn them from all paths, and see what was learned when.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(models, name="models")


@models.command()
def run(
    context: typer.Context,
    model: Annotated[
        list[str] | None,
        typer.Option(help=f"Such as {', '.join(RUNNABLE)}; repeatable. Usual: the setting's."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help=f"{', '.join((*ConversionKind, *_ALSO))}; repeatable. Usual: all."),
    ] = None,
) -> None:
    """Learn data-driven models from the tables as they are now, and credit by them."""
    named = runnable(model or [])
    kinds = kinds_named(kind or [])

    def here(workspace: Workspace) -> list[dict[str, Any]]:
        freshen(workspace)
        these = wanted(named or workspace.settings.data_driven_models, kinds)
        with step_bar("Learning") as bar:
            made = workspace.run_models(these, tell=bar.tell)
        told: list[dict[str, Any]] = json.loads(runs_to_json(made))["runs"]
        return told

    def there(app: App) -> list[dict[str, Any]]:
        say("The app is learning; this may take some minutes.")
        told: list[dict[str, Any]] = json.loads(
            app.post(
                "models/run", {"models": list(named), "kinds": [one.value for one in kinds]}
            )
        )["runs"]
        return told

    _show(ask(context.obj, here, there), "Learned")


@models.command("list")
def list_runs(
    context: typer.Context,
    form: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
) -> None:
    """List every run ever made, the newest first."""
    if form not in {"table", "json"}:
        raise UnknownName("format", form, ("table", "json"))
    made = ask(
        context.obj,
        lambda workspace: runs_to_json(workspace.runs.runs(), workspace.runs.in_use()),
        lambda app: app.get("models", {}),
    )
    if form == "json":
        typer.echo(made, nl=False)
        return
    runs = json.loads(made)["runs"]
    if runs:
        _show(runs, "Runs of data-driven models")
    else:
        say("No model has been learned yet: run `headwater models run`.")


def _show(runs: Sequence[Mapping[str, Any]], title: str) -> None:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name in ("model", "for", "learned (UTC)"):
        table.add_column(name)
    for name in ("converted", "did not", "facts up to"):
        table.add_column(name, justify="right")
    table.add_column("rules")
    table.add_column("", overflow="fold")
    for one in runs:
        table.add_row(
            one["model"],
            one["kind"],
            one["finished_at"][:16].replace("T", " "),
            f"{one['conversions']:,.0f}",
            f"{one['null_paths']:,}",
            f"{one['watermark']}",
            one["rule_version"],
            _remarks(one),
        )
    OUTPUT.print(table)


def _remarks(run: Mapping[str, Any]) -> str:
    if run["error"]:
        return f"failed: {run['error']}"
    gap = run["gap_conversions"]
    # How the incremental model learned is told in its report.
    flags = [] if is_incremental(run["model"]) else run["flags"]
    told = [*flags, *([f"{gap:,.1f} not placeable"] if gap >= _TENTH / 2 else [])]
    return ", ".join(["in use" if run["is_in_use"] else "replaced", *told])
