"""`headwater channel`: which rule decides where arrivals came from; what others would do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from headwater.cli.asking import App, ask, freshen
from headwater.cli.console import OUTPUT, say
from headwater.domain.errors import InputError
from headwater.journeys.channels import (
    Explanation,
    RuleFile,
    RuleSet,
    explain,
    parse_url_arrival,
)
from headwater.reports import channel_moves_to_json
from headwater.workspace import Settings, Workspace
from headwater.workspace.channel_rules import FILE_NAME, read_rules, rules_of

channel = typer.Typer(
    help="The channel rules: which decides, which there are, what others would change.",
    no_args_is_help=True,
)


class Form(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


Rules = Annotated[
    Path | None,
    typer.Option(help=f"A file of custom rules instead of {FILE_NAME} in the data directory."),
]
Format = Annotated[Form, typer.Option("--format", help="text, or json for machines.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(channel, name="channel")


@channel.command("explain")
def explain_arrival(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The landing page's address, with its tags.")],
    referrer: Annotated[str, typer.Argument(help="What the browser sent, if anything.")] = "",
    site: Annotated[
        str, typer.Option(help="The site arrived at, where the address does not say.")
    ] = "",
    rules: Rules = None,
    form: Format = Form.TEXT,
) -> None:
    """Say which rule decides where an arrival came from, and what was read from where."""
    arrival = parse_url_arrival(url, referrer or None, site or None)
    explained = explain(arrival, _rules(context.obj, rules))
    if form is Form.JSON:
        typer.echo(json.dumps(_as_json(explained), ensure_ascii=False, indent=2))
    else:
        typer.echo(_as_text(explained))


@channel.command("list")
def list_rules(context: typer.Context, rules: Rules = None, form: Format = Form.TEXT) -> None:
    """List the rules in the order in which they are tried, and where each is from."""
    used = _rules(context.obj, rules)
    shipped = {rule.name for rule in RuleSet.load().file.rules}
    listed = [
        {
            "place": place,
            "rule": rule.name,
            "channel": rule.channel,
            "from": "shipped" if rule.name in shipped else "custom",
        }
        for place, rule in enumerate(used.file.rules, start=1)
    ]
    if form is Form.JSON:
        told = {"version": used.version, "channels": list(used.channels), "rules": listed}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    table = Table(title=f"Channel rules, version {used.version}")
    for title in ("#", "Rule", "Channel", "From"):
        table.add_column(title, justify="right" if title == "#" else "left")
    for one in listed:
        table.add_row(*(str(cell) for cell in one.values()))
    OUTPUT.print(table)


@channel.command()
def preview(
    context: typer.Context,
    rules: Annotated[Path, typer.Argument(help="The file of custom rules to try.")],
    form: Format = Form.TEXT,
) -> None:
    """Show what custom rules would move between channels in the past; apply nothing."""
    custom = RuleFile.read(rules)

    def here(workspace: Workspace) -> str:
        freshen(workspace)
        return channel_moves_to_json(workspace.channel_moves(custom))

    def there(app: App) -> str:
        text = rules.read_text("utf-8")
        return app.post("channels/preview", {"rules": text, "name": str(rules)}).decode()

    told = ask(context.obj, here, there)
    if form is Form.JSON:
        typer.echo(told)
    else:
        _show_moves(json.loads(told), context.obj / FILE_NAME)


def _rules(directory: Path, custom: Path | None) -> RuleSet:
    if custom is not None and not custom.is_file():
        raise InputError(f"There is no file of channel rules {custom}.")
    settings = Settings.load(directory)
    return read_rules(settings, custom) if custom else rules_of(directory, settings)


def _as_json(explained: Explanation) -> Mapping[str, object]:
    return {
        "origin": asdict(explained.origin),
        "rule": explained.origin.rule,
        "decided_by": explained.decided_by.value,
        "because": list(explained.because),
        "readings": [asdict(one) for one in explained.readings],
        "tried": list(explained.tried),
    }


def _as_text(explained: Explanation) -> str:
    origin, tried = explained.origin, explained.tried
    lines = [
        f"{origin.channel}, by the rule {origin.rule} (number {len(tried)} in the order):",
        *(f"  - {reason}" for reason in explained.because),
        "",
        "What was read:",
    ]
    width = max(len(one.field) for one in explained.readings)
    lines += [
        f"  {one.field:<{width}}  {one.value}  <- {one.found_in}" for one in explained.readings
    ]
    return "\n".join(lines)


def _show_moves(told: Mapping[str, Any], target: Path) -> None:
    table = Table(title=f"From version {told['version_before']} to {told['version_after']}")
    value = f"Value, {told['model']} ({told['currency']})"
    counts = ("Arrivals", "Sessions", "Other touches", "Conversions")
    for title in ("From", "To", *counts, value, "Sources"):
        is_text = title in {"From", "To", "Sources"}
        table.add_column(title, justify="left" if is_text else "right", overflow="fold")
    for move in told["moves"]:
        sources = ", ".join(source or "(none)" for source in move["sources"])
        table.add_row(move["from"], move["to"], *_amounts(move), sources)
    table.add_section()
    table.add_row("all that moves", "", *_amounts(told["moved"]), "")
    table.add_row("all that stays", "", *_amounts(told["stays"]), "")
    OUTPUT.print(table)
    say(
        f"Nothing was changed. To apply it, save the file as {target}: the next rebuild does "
        "the rest."
    )


def _amounts(told: Mapping[str, Any]) -> tuple[str, ...]:
    counts = (f"{told[name]:,}" for name in ("arrivals", "sessions", "touches"))
    return (*counts, f"{told['conversions']:,.1f}", f"{told['value']:,.2f}")
