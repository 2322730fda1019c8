"""The history of model runs: `models.sqlite` in the data directory.

Runs outlive the derived tables, which are made again whenever something changes. A run holds
sums by channel and nothing of single persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final, Self

from headwater.attribution.model_runs import (
    ChannelEffect,
    ChannelResult,
    Learned,
    ModelRun,
    RunsInUse,
    effects_table,
    results_table,
    runs_table,
)
from headwater.facts.database import Database

FILE_NAME: Final = "models.sqlite"


_RUN: Final = tuple(ModelRun.__dataclass_fields__)
_RESULT: Final = tuple(ChannelResult.__dataclass_fields__)
_EFFECT: Final = tuple(ChannelEffect.__dataclass_fields__)
_SCRIPT: Final = (
    f"CREATE TABLE IF NOT EXISTS model_runs ({', '.join(_RUN)}, PRIMARY KEY (run_id))",
    f"CREATE TABLE IF NOT EXISTS model_results ({', '.join(_RESULT)},"
    " PRIMARY KEY (run_id, channel))",
    f"CREATE TABLE IF NOT EXISTS model_effects ({', '.join(_EFFECT)},"
    " PRIMARY KEY (run_id, channel))",
)
# A run that failed never takes the place of one that did not.
_IN_USE: Final = (
    "SELECT run_id FROM (SELECT run_id, row_number() OVER (PARTITION BY model, kind"
    " ORDER BY started_at DESC, run_id) AS place FROM model_runs"
    " WHERE error = '') WHERE place = 1"
)
# Only names of our own columns are put into the statements; values are bound.
_RUN_MARKS: Final = ", ".join("?" * len(_RUN))
_RESULT_MARKS: Final = ", ".join("?" * len(_RESULT))
_EFFECT_MARKS: Final = ", ".join("?" * len(_EFFECT))
_RUNS: Final = f"SELECT {', '.join(_RUN)} FROM model_runs"  # noqa: S608
_RESULTS: Final = f"SELECT {', '.join(_RESULT)} FROM model_results"  # noqa: S608
_EFFECTS: Final = f"SELECT {', '.join(_EFFECT)} FROM model_effects"  # noqa: S608
_SAVE_RUN: Final = f"INSERT OR REPLACE INTO model_runs VALUES ({_RUN_MARKS})"  # noqa: S608
_SAVE_RESULT: Final = f"INSERT OR REPLACE INTO model_results VALUES ({_RESULT_MARKS})"  # noqa: S608
_SAVE_EFFECT: Final = f"INSERT OR REPLACE INTO model_effects VALUES ({_EFFECT_MARKS})"  # noqa: S608


class RunStore:
    """All runs ever made, and what each found by channel."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Open or create the history of a data directory."""
        database = Database(directory / FILE_NAME)
        database.prepare(_SCRIPT)
        return cls(database)

    def save(self, learned: Learned) -> None:
        """Keep a run with its results, in one transaction; the same run twice is kept once."""
        run = astuple(learned.run)
        results = [astuple(one) for one in learned.results]
        effects = [astuple(one) for one in learned.effects]
        self._database.commit(
            lambda connection: (
                connection.execute(_SAVE_RUN, run),
                connection.executemany(_SAVE_RESULT, results),
                connection.executemany(_SAVE_EFFECT, effects),
            )
        )

    def runs(self) -> tuple[ModelRun, ...]:
        """Return every run, the newest first."""
        with self._database.reading() as connection:
            found = connection.execute(
                f"{_RUNS} ORDER BY started_at DESC, model, kind"
            ).fetchall()
        return tuple(ModelRun(*row) for row in found)

    def in_use(self) -> RunsInUse:
        """Return the newest run of each model and kind that did not fail."""
        with self._database.reading() as connection:
            runs = connection.execute(
                f"{_RUNS} WHERE run_id IN ({_IN_USE}) ORDER BY model, kind"
            ).fetchall()
            results = connection.execute(
                f"{_RESULTS} WHERE run_id IN ({_IN_USE}) ORDER BY model, kind, channel"
            ).fetchall()
            effects = connection.execute(
                f"{_EFFECTS} WHERE run_id IN ({_IN_USE}) ORDER BY model, kind, channel"
            ).fetchall()
        return RunsInUse(
            runs_table([ModelRun(*row) for row in runs]),
            results_table(_read(results)),
            effects_table([ChannelEffect(*row) for row in effects]),
        )

    def results(self, run_id: str) -> tuple[ChannelResult, ...]:
        """Return what one run found, by channel."""
        with self._database.reading() as connection:
            found = connection.execute(
                f"{_RESULTS} WHERE run_id = ? ORDER BY channel", (run_id,)
            ).fetchall()
        return tuple(_read(found))

    def close(self) -> None:
        """Release the file."""
        self._database.close()


def _read(rows: Sequence[Sequence[Any]]) -> list[ChannelResult]:
    # SQLite has no truth values: the last column comes back as a number.
    return [ChannelResult(*(*row[:-1], bool(row[-1]))) for row in rows]
