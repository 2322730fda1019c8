"""What can be set, asked or read is in the reference, and the reference says nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import typer

from headwater.cli.app import app
from headwater.journeys.channels import RuleSet
from headwater.journeys.channels.rules import RECORDED
from headwater.reports import DIMENSIONS, REPORTS
from headwater.workspace import Settings, Workspace
from story import page
from telling import company, rows

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
_COLUMN = re.compile(r"`([a-z_]+)`")
_NAME = re.compile(r"`([^`]+)`")
_PARENTHESIS = re.compile(r"\([^()]*\)")

Rows = Sequence[Sequence[str]]
Command = Any
"""A command as Typer makes it; its class is none of Typer's public names."""


def text(page: str) -> str:
    return (REFERENCE / page).read_text("utf-8")


def table(page: str, *first_row: str) -> Rows:
    """The cells of the rows of all tables with this header."""
    found: list[list[str]] = []
    is_inside = False
    for line in text(page).splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            is_inside = False
        elif cells == list(first_row):
            is_inside = True
        elif is_inside and not set("".join(cells)) <= set("-: "):
            found.append(cells)
    assert found, f"docs/reference/{page} has no table headed {first_row}"
    return found


def named(cell: str) -> list[str]:
    return _NAME.findall(cell)


# Settings


def test_every_setting_is_in_the_reference_with_its_default() -> None:
    told = {
        cells[0].strip("`"): cells[1].strip("`")
        for cells in table("settings.md", "setting", "default", "meaning")
    }
    assert told == {
        name: written(field.default) for name, field in Settings.model_fields.items()
    }


def written(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple) and default:
        return ", ".join(default)
    return str(default) if default else "none"


# The command line

COMMANDS = ("command", "what it does")
OPTIONS = ("option", "meaning")


def commands(
    group: Command, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Command]]:
    """Every command that does something, by its words."""
    if not hasattr(group, "list_commands"):
        yield words, group
        return
    context = typer.Context(group)
    for name in group.list_commands(context):
        yield from commands(group.get_command(context, name), (*words, name))


CLI: Mapping[tuple[str, ...], Command] = dict(commands(typer.main.get_command(app)))


def told_commands() -> dict[tuple[str, ...], str]:
    """The commands of the reference: `people add\\|link` tells of two."""
    found = {}
    for cells in table("command-line.md", *COMMANDS):
        for usage in named(cells[0]):
            words = []
            for word in usage.replace("\\|", "|").split():
                if not word.islower() or word.startswith(("[", "-")):
                    break
                words.append(word.split("|"))
            if len(words) == 1:
                found[(words[0][0],)] = cells[0]
            else:
                found |= {(words[0][0], last): cells[0] for last in words[1]}
    return found


def options(command: Command) -> set[str]:
    return {
        option
        for parameter in command.params
        if parameter.param_type_name == "option"
        for option in parameter.opts
        if option.startswith("--")
    }


def test_the_reference_lists_the_commands_that_there_are() -> None:
    assert sorted(told_commands()) == sorted(CLI)


def test_the_reference_lists_the_options_of_report() -> None:
    told = [name for cells in table("command-line.md", *OPTIONS) for name in named(cells[0])]
    assert sorted({name.split()[0] for name in told}) == sorted(options(CLI["report",]))


@pytest.mark.parametrize("words", sorted(set(CLI) - {("report",)}), ids=" ".join)
def test_every_option_of_a_command_is_in_the_reference(words: tuple[str, ...]) -> None:
    told = told_commands().get(words, "") + about(words)
    assert not {option for option in options(CLI[words]) if option not in told}


def about(words: tuple[str, ...]) -> str:
    """The section of the reference that a command has of its own, if it has one."""
    sections = re.split(r"(?m)^## ", text("command-line.md"))[1:]
    return "".join(one for one in sections if f"`{' '.join(words)}`" in one.splitlines()[0])


# Reports


def test_the_reference_lists_the_reports_that_there_are() -> None:
    told = table("reports.md", "name", "question", "rows by default")
    assert {cells[0].strip("`") for cells in told} == set(REPORTS)


@pytest.mark.parametrize("name", REPORTS)
def test_every_column_of_a_report_is_in_its_section(name: str) -> None:
    sections = re.split(r"(?m)^### ", text("reports.md"))
    (section,) = (one for one in sections if one.splitlines()[0] == name)
    assert set(REPORTS[name].metrics) <= set(named(section))


def test_every_dimension_is_in_the_reference_with_its_reports() -> None:
    told = {
        cells[0].strip("`"): set(named(cells[2]))
        for cells in table("reports.md", "name", "meaning", "reports")
    }
    assert told == {
        dimension: {name for name, report in REPORTS.items() if dimension in report.dimensions}
        for dimension in DIMENSIONS
    }


# Derived tables

TABLES = ("table", "grain", "columns")
BETWEEN = ("table", "grain", "holds")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with company(tmp_path_factory.mktemp("data"), {"event": [page("ann", 0)]}) as workspace:
        yield workspace


def columns(workspace: Workspace) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in rows(
        workspace,
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'main' and table_catalog = 'warehouse'",
    ):
        found.setdefault(one["table_name"], set()).add(one["column_name"])
    return found


def told_tables() -> dict[str, set[str]]:
    return {
        cells[0].strip("`"): set(_COLUMN.findall(without_parentheses(cells[2])))
        for cells in table("tables.md", *TABLES)
    }


def without_parentheses(cell: str) -> str:
    """A cell without its remarks, in which values and other tables are named, too."""
    plain = cell
    while plain != (plain := _PARENTHESIS.sub("", plain)):
        pass
    return plain


def test_the_reference_lists_the_tables_that_a_rebuild_makes(made: Workspace) -> None:
    between = [cells[0].strip("`") for cells in table("tables.md", *BETWEEN)]
    assert sorted([*told_tables(), *between]) == sorted(columns(made))


def test_the_reference_lists_the_columns_that_each_table_has(made: Workspace) -> None:
    found = columns(made)
    assert {name: sorted(told) for name, told in told_tables().items()} == {
        name: sorted(found.get(name, ())) for name in told_tables()
    }


def test_the_reference_lists_what_a_rebuild_notes_of_itself(made: Workspace) -> None:
    tables = {cells[0]: cells[2] for cells in table("tables.md", *TABLES)}
    told = set(named(tables["`rebuild_state`"])) - {"name", "value"}
    assert told == set(made.warehouse.state())


# Channels


def test_the_reference_lists_the_rules_in_their_order_with_their_channels() -> None:
    told = [
        (cells[1].strip("`"), cells[2])
        for cells in table("channels.md", "#", "rule", "channel", "when")
    ]
    rules = RuleSet.load().file.rules
    assert told == [
        (rule.name, "as recorded" if rule.channel == RECORDED else rule.channel)
        for rule in rules
    ]
