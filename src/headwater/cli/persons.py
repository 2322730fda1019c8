"""`headwater person`: who somebody is, all that is held about them, and their erasure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from headwater.cli.asking import App, ask
from headwater.cli.console import OUTPUT, complain, say
from headwater.cli.output_files import output_file
from headwater.domain.times import from_micros
from headwater.workspace import Workspace
from headwater.workspace.person_actions import Asked, answer
from headwater.workspace.portable import as_zip

person = typer.Typer(
    help="People whose journeys are measured: show, join, part, export, erase.",
    no_args_is_help=True,
)

Who = Annotated[
    str,
    typer.Argument(metavar="ID", help="Any id, e-mail address or + phone number of theirs."),
]
Key = Annotated[str, typer.Option("--by", help="The key: an address, a + number, or an id.")]
Ruling = Annotated[
    str, typer.Argument(metavar="RULING", help="As merge, split or show told it.")
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(person, name="person")


@person.command()
def show(
    context: typer.Context,
    who: Who,
    form: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what a person is known by, who may be the same, and what was ruled."""
    told = _ask(context, Asked(do="show", person=who))
    if form:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _show(told)


@person.command()
def export(
    context: typer.Context,
    who: Who,
    output: Annotated[
        Path | None, typer.Option(help="Write to a file instead; .zip makes an archive.")
    ] = None,
) -> None:
    """Export everything held about a person, their originals in the clear."""
    told = _ask(context, Asked(do="export", person=who))
    text = json.dumps(told, ensure_ascii=False, indent=2)
    if output is None:
        typer.echo(text)
        return
    with output_file(output) as file:
        file.write(as_zip(told) if output.suffix == ".zip" else text.encode())
    say(f"{sum(map(len, told['facts'].values())):,} facts written to {output}.")


@person.command()
def erase(
    context: typer.Context,
    who: Who,
    output: Annotated[Path | None, typer.Option(help="Write the proof to a file, too.")] = None,
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a person from every file, for good, and prove it by searching all of them."""
    if not sure:
        typer.confirm(f"Erase {who} for good, from every file?", abort=True, err=True)
    say("Erasing; every file is searched before and after.")
    told = _ask(context, Asked(do="erase", person=who))
    text = json.dumps(told, indent=2)
    typer.echo(text)
    if output is not None:
        with output_file(output) as file:
            file.write(f"{text}\n".encode())
    if told["is_clean"]:
        say(f"Nothing is left in {told['after']['files']:,} files.")
    else:
        places = sorted({hit["place"] for hit in told["after"]["hits"]})
        complain(f"Something is left in {', '.join(places)}. Run the command again.")
        raise typer.Exit(1)


@person.command()
def merge(
    context: typer.Context,
    who: Who,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Who is the same person.")],
) -> None:
    """Rule that two are one person. `undo` takes it back as if it had never been."""
    told = _ask(context, Asked(do="merge", person=who, other=other))
    typer.echo(told["ruling"])
    say(f"They are one person now: {told['person_id']}.")


@person.command()
def split(context: typer.Context, who: Who, by: Key) -> None:
    """Rule that several people use a key of this person: it joins nobody any more."""
    told = _ask(context, Asked(do="split", person=who, other=by))
    typer.echo(told["ruling"])
    say(f"They are {len(told['persons']):,} now: {', '.join(told['persons'])}.")


@person.command()
def release(context: typer.Context, by: Key) -> None:
    """Rule that one person uses a key that was set apart as shared."""
    told = _ask(context, Asked(do="release", person=by))
    typer.echo(told["ruling"])
    say(f"It is a key of {', '.join(told['persons'])} now.")


@person.command()
def undo(context: typer.Context, ruling: Ruling) -> None:
    """Take back a merge, a split or a release."""
    told = _ask(context, Asked(do="undo", person=ruling))
    say(f"Undone. Its keys are of {', '.join(told['persons']) or 'nobody'} now.")


def _ask(context: typer.Context, asked: Asked) -> dict[str, Any]:
    def here(workspace: Workspace) -> dict[str, Any]:
        return answer(workspace, asked)

    def there(app: App) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(app.post("person", asked.model_dump()))
        return told

    return ask(context.obj, here, there)


def _show(told: Mapping[str, Any]) -> None:
    names = ", ".join(told["names"]) or "no name"
    OUTPUT.print(f"{told['person_id']}  {names}  {told['account_id'] or ''}", markup=False)
    keys = Table("Key", "", "")
    for key in told["keys"]:
        why = f"shared ({key['reason']}), joins nobody" if key["is_shared"] else ""
        keys.add_row(key["key"].partition(":")[0], key["value"], why)
    for visitor in told["visitors"]:
        keys.add_row("visitor", visitor, "")
    OUTPUT.print(keys)
    if told["suggestions"]:
        others = Table("Perhaps the same person", "Why", "Seen (UTC)")
        for one in told["suggestions"]:
            why = ", ".join([f"{one['reason']} {one['clue']}", *one["alike"]])
            others.add_row(one["person_id"], why, f"{from_micros(one['seen_at']):%Y-%m-%d}")
        OUTPUT.print(others)
    for ruling in told["rulings"]:
        OUTPUT.print(f"{ruling['ruling_id']}  {ruling['verdict']}", markup=False)
