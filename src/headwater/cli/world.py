"""`headwater world`: the synthetic company, into a data directory of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headwater.cli.console import step_bar
from headwater.domain.errors import InputError
from headwater.facts import FactStore
from headwater.world import World, load

TRUTH = "truth"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("world")(make_world)


def make_world(
    context: typer.Context,
    events: Annotated[
        int, typer.Option(help="How many web events, from a thousand.")
    ] = 200_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same company.")] = 1,
) -> None:
    """Load a synthetic company whose truth is known: truth/ has every channel's real effect."""
    directory: Path = context.obj
    with FactStore.open(directory) as store:
        fill(store, directory, events, seed)


def fill(store: FactStore, directory: Path, events: int, seed: int) -> None:
    """Load the company into a store; InputError where the store holds another's facts."""
    if any(store.counts().values()):
        raise InputError(
            f"{directory} holds facts already. The synthetic company wants a data directory of "
            "its own: choose another with --data."
        )
    with step_bar("The synthetic company") as bar:
        counts = load(
            World(events=events, seed=seed),
            store,
            directory / TRUTH,
            lambda done, of: bar.tell("", done, of),
        )
    for kind, count in counts.items():
        typer.echo(f"  {kind}: {count:,}")
    typer.echo(f"What is true of it: {directory / TRUTH}")
