"""`headwater doctor`: is this installation sound, and if not, what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final

import typer

from headwater.capture import snapshot
from headwater.capture.collector import counters
from headwater.cli.console import OUTPUT
from headwater.domain.errors import HeadwaterError, StoreBusy
from headwater.domain.times import SECOND, now_micros
from headwater.facts import FactStore
from headwater.warehouse import Warehouse
from headwater.workspace import Settings
from headwater.workspace.control import find
from headwater.workspace.directory import WAREHOUSE_FILE

_LEAST_FREE: Final = 1_000_000_000
_LONGEST_SILENCE: Final = 30
"""Seconds; a worker says every second how it is."""
_PARTS: Final = ("headwater", "duckdb", "pyarrow", "django")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is sound, and what was seen or is to be done."""

    is_sound: bool
    subject: str
    told: str


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    deep: Annotated[bool, typer.Option(help="Read every fact file, too.")] = False,
) -> None:
    """Check the data directory, the settings and the parts; exits with 1 where one is ill."""
    directory: Path = context.obj
    findings = list(_examine(directory, deep=deep))
    for finding in findings:
        mark = "[green]ok[/]  " if finding.is_sound else "[bold red]ill[/] "
        OUTPUT.print(mark, end="")
        OUTPUT.print(f"{finding.subject}: {finding.told}", markup=False, soft_wrap=True)
    if not all(finding.is_sound for finding in findings):
        raise typer.Exit(1)


def _examine(directory: Path, *, deep: bool) -> Iterator[Finding]:
    yield Finding(True, "parts", ", ".join(f"{name} {version(name)}" for name in _PARTS))
    if not directory.is_dir():
        yield Finding(
            False,
            "data directory",
            f"{directory} does not exist. Import something, or choose another with --data.",
        )
        return
    yield _disk(directory)
    yield _settings(directory)
    yield from _facts(directory, deep=deep)
    yield _tables(directory)
    yield from _collector(directory)


def _disk(directory: Path) -> Finding:
    free = shutil.disk_usage(directory).free
    told = f"{free / 1e9:.1f} GB free under {directory}"
    return Finding(free >= _LEAST_FREE, "disk", told)


def _settings(directory: Path) -> Finding:
    try:
        settings = Settings.load(directory)
    except HeadwaterError as error:
        return Finding(False, "settings", str(error))
    told = f"{settings.currency}, {settings.timezone}, lookback {settings.lookback}"
    return Finding(True, "settings", told)


def _facts(directory: Path, *, deep: bool) -> Iterator[Finding]:
    try:
        with FactStore.open(directory) as store:
            problems = store.check(deep=deep)
            total = sum(store.counts().values())
            hot = store.hot_rows()
    except HeadwaterError as error:
        yield Finding(False, "facts", str(error))
        return
    for problem in problems:
        yield Finding(False, "facts", problem)
    if not problems:
        yield Finding(True, "facts", f"{total:,}, of which {hot:,} wait to be sealed")


def _collector(directory: Path) -> Iterator[Finding]:
    """What the collector's workers last said; nothing where none has ever run here."""
    try:
        sites = len(snapshot.read(directory / snapshot.SNAPSHOT_FILE).sites)
    except HeadwaterError as error:
        yield Finding(False, "sites", str(error))
        return
    workers = counters.all_status(directory)
    running = {slot: one for slot, one in workers.items() if counters.is_running(one.pid)}
    problems = {slot: _problem(one) for slot, one in running.items() if _problem(one)}
    for slot, problem in problems.items():
        yield Finding(False, "collector", f"worker {slot}: {problem}")
    if workers and not problems:
        values = counters.summed(one.values for one in workers.values())
        events = sum(count for (name, _), count in values.items() if name == "events")
        told = f"{len(running)} workers run, {sites} sites, {events:,.0f} events taken"
        yield Finding(True, "collector", told)


def _problem(status: counters.Status) -> str:
    silence = (now_micros() - status.at) // SECOND
    if not status.problem and silence > _LONGEST_SILENCE:
        return f"has not said how it is for {silence} s; is the disk full or very slow?"
    return status.problem


def _tables(directory: Path) -> Finding:
    path = directory / WAREHOUSE_FILE
    if not path.exists():
        return Finding(True, "derived tables", "none yet: run `headwater rebuild`")
    try:
        warehouse = Warehouse.open(path)
    except StoreBusy:
        control = find(directory)
        where = f"held by the app at {control.url}" if control else "held by another process"
        return Finding(True, "derived tables", where)
    except HeadwaterError as error:
        return Finding(False, "derived tables", str(error))
    state = warehouse.state()
    warehouse.close()
    return Finding(True, "derived tables", f"as of {state.get('as_of', 'never')}")
