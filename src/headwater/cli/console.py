"""Where words for people go: the error stream, so that a command's output stays its data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

SPEECH = Console(stderr=True, highlight=False, soft_wrap=True)
OUTPUT = Console(highlight=False)


def say(text: str) -> None:
    """Tell something to the person at the terminal."""
    SPEECH.print(text, markup=False)


def complain(text: str) -> None:
    """Tell what went wrong and what to do."""
    SPEECH.print("[bold red]Error:[/] ", end="")
    SPEECH.print(text, markup=False)


class ImportBar:
    """A progress bar of bytes or rows, as importers tell it."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._bar: Progress | None = None

    def start(self, total: int, unit: str) -> None:
        """Show the bar; an unknown total (0) makes it pulse."""
        count = DownloadColumn() if unit == "bytes" else MofNCompleteColumn()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            count,
            TimeRemainingColumn(),
            console=SPEECH,
            transient=True,
        )
        self._bar.start()
        self._task = self._bar.add_task(self._title, total=total or None)

    def advance(self, amount: int) -> None:
        """Move it on."""
        if self._bar is not None:
            self._bar.advance(self._task, amount)

    def finish(self) -> None:
        """Take it away."""
        if self._bar is not None:
            self._bar.stop()


@contextmanager
def step_bar(title: str) -> Iterator[StepBar]:
    """Show the steps of a rebuild while it runs."""
    bar = StepBar(title)
    try:
        yield bar
    finally:
        bar.stop()


class StepBar:
    """A progress bar that names the step under way."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=SPEECH,
            transient=True,
        )
        self._task = self._bar.add_task(title, total=None)
        self._bar.start()

    def tell(self, name: str, done: int, of: int) -> None:
        """Show that `name` is under way, after `done` of `of`."""
        title = f"{self._title}: {name}" if name else self._title
        self._bar.update(self._task, description=title, completed=done, total=of)

    def stop(self) -> None:
        """Take it away."""
        self._bar.stop()
