"""`headwater rebuild`: the derived tables from the facts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from headwater.cli.asking import App, ask
from headwater.cli.console import step_bar
from headwater.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(rebuild)


def rebuild(
    context: typer.Context,
    full: Annotated[bool, typer.Option("--full", help="Make every table again.")] = False,
) -> None:
    """Bring the derived tables up to the facts; only what new facts touched is made again."""
    directory: Path = context.obj

    def here(workspace: Workspace) -> dict[str, object]:
        with step_bar("Rebuilding") as bar:
            done = workspace.rebuild(full=full, tell=bar.tell)
        return {
            "reason": done.reason,
            "new_facts": done.new_facts,
            "touched_visitors": done.touched_visitors,
            "touched_persons": done.touched_persons,
        }

    def there(app: App) -> dict[str, object]:
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
