"""`headwater rebuild`: the derived tables from the facts."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from headwater.cli.asking import App, ask
from headwater.cli.console import StepBar, step_bar
from headwater.domain.errors import InputError
from headwater.warehouse import Rebuilt
from headwater.warehouse.spark import Cluster
from headwater.workspace import Workspace


class Engine(StrEnum):
    """What makes the derived tables."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(rebuild)


def rebuild(
    context: typer.Context,
    full: Annotated[bool, typer.Option("--full", help="Make every table again.")] = False,
    engine: Annotated[
        Engine, typer.Option(help="duckdb: on this machine. spark: every table, on a cluster.")
    ] = Engine.DUCKDB,
    master: Annotated[
        str | None, typer.Option(help="Spark's master, such as spark://host:7077 or local[2].")
    ] = None,
    scratch: Annotated[
        Path | None, typer.Option(help="A directory that all of Spark's workers see.")
    ] = None,
) -> None:
    """Bring the derived tables up to the facts; only what new facts touched is made again."""
    directory: Path = context.obj
    cluster = _cluster(engine, master, scratch or directory / "spark")

    def here(workspace: Workspace) -> dict[str, object]:
        with step_bar("Rebuilding") as bar:
            done = _rebuild(workspace, cluster, bar, full=full)
        return {
            "reason": done.reason,
            "new_facts": done.new_facts,
            "touched_visitors": done.touched_visitors,
            "touched_persons": done.touched_persons,
        }

    def there(app: App) -> dict[str, object]:
        if cluster is not None:
            raise InputError(
                "The app holds the derived tables, and Spark's would have to replace them: "
                "stop the app, rebuild, and start it again."
            )
        told: dict[str, object] = json.loads(app.post("rebuild", {"full": full}))
        return told

    done = ask(directory, here, there)
    if done["reason"]:
        typer.echo(f"Rebuilt every table from {done['new_facts']:,} facts ({done['reason']}).")
    elif done["new_facts"]:
        typer.echo(
            f"Took in {done['new_facts']:,} new facts: {done['touched_visitors']:,} visitors "
            f"and {done['touched_persons']:,} persons were made again."
        )
    else:
        typer.echo("Nothing is new: the tables are up to date.")


def _cluster(engine: Engine, master: str | None, scratch: Path) -> Cluster | None:
    if engine is Engine.SPARK:
        if not master:
            raise InputError(
                "--engine spark needs --master, such as spark://host:7077, or local[2] to "
                "try it on this machine."
            )
        return Cluster(master, scratch)
    if master:
        raise InputError(f"--master {master} is for Spark alone: add --engine spark.")
    return None


def _rebuild(
    workspace: Workspace, cluster: Cluster | None, bar: StepBar, *, full: bool
) -> Rebuilt:
    if cluster is None:
        return workspace.rebuild(full=full, tell=bar.tell)
    return workspace.rebuild_on_spark(cluster, bar.tell)
