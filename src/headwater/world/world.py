"""The world as others use it: so many events from a seed, as facts, with the truth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import pyarrow as pa

from headwater.domain.errors import InputError
from headwater.domain.times import to_micros
from headwater.world.chronicle import Batch, Chapter, chapters
from headwater.world.clock import DEFAULT_END
from headwater.world.encounters import Encounters, encounters
from headwater.world.habits import Exposure
from headwater.world.increments import increments
from headwater.world.scene import Scene

SMALLEST: Final = 1_000
LARGEST: Final = 1_000_000_000


class World:
    """A synthetic company with known truth, of `events` web events over eighteen months.

    The same events, seed, end and exposure give the same facts, id for id. Raises InputError
    for fewer than 1,000 events or more than 10^9, a negative seed, or an end without a zone.
    """

    def __init__(
        self,
        events: int,
        seed: int,
        ends_at: datetime | None = None,
        exposure: Exposure = Exposure.CONFOUNDED,
    ) -> None:
        if not SMALLEST <= events <= LARGEST:
            raise InputError(
                f"A world of {events} events cannot be made; choose "
                f"{SMALLEST:,} to {LARGEST:,}."
            )
        if seed < 0:
            raise InputError(f"The seed {seed} is negative; choose 0 or more.")
        ends_at = ends_at or DEFAULT_END
        to_micros(ends_at)
        self.events = events
        self.seed = seed
        self._scene = Scene.of(events, seed, ends_at, exposure)

    @property
    def period(self) -> tuple[int, int]:
        """The world's [start, end) in microseconds UTC, 548 days apart."""
        return self._scene.calendar.starts_at, self._scene.calendar.ends_at

    @property
    def own_domains(self) -> tuple[str, ...]:
        """The company's web sites, for the setting of the same name."""
        return tuple(site.name for site in self._scene.company.books.sites)

    def chapters(self) -> Iterator[Chapter]:
        """Tell facts and truth together, about a million events at a time."""
        return chapters(self._scene)

    def batches(self) -> Iterator[Batch]:
        """Return the facts as (kind, table), ready for `FactStore.append`."""
        for chapter in self.chapters():
            while chapter.facts:  # each table is let go of as soon as it is used
                yield chapter.facts.pop(0)

    def truth(self) -> dict[str, pa.Table]:
        """Return the truth tables by name; docs/reference/world.md explains them."""
        sheets: dict[str, list[pa.Table]] = {}
        for chapter in self.chapters():
            for name, table in chapter.truth:
                sheets.setdefault(name, []).append(table)
        return {name: pa.concat_tables(tables) for name, tables in sheets.items()}

    def encounters(self) -> Iterator[Encounters]:
        """Tell what each person met before deciding, as nobody in the company could see it.

        Every exposure is there, of those who converted and of those who did not, under the
        person's number: what models need to be judged by `increments` and not by tracking.
        """
        return encounters(self._scene)

    def increments(self) -> pa.Table:
        """Return what each channel truly added; docs/reference/world.md has the columns."""
        return increments(self._scene)
