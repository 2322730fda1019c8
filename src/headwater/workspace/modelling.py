"""When data-driven models are learned anew, and the learning itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Final

from headwater.attribution.model_runs import (
    REPLICATES,
    Lesson,
    ModelRun,
    Setting,
    counted_finely,
    counted_paths,
)
from headwater.domain.errors import StoreError, UnknownName
from headwater.domain.times import now_micros, parse_span
from headwater.domain.words import ConversionKind
from headwater.warehouse import Warehouse
from headwater.warehouse.moments import moment
from headwater.workspace.run_store import RunStore
from headwater.workspace.settings import Settings

_SPOKEN: Final = {"deal": ConversionKind.WON.value}

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One run to be made."""

    model: str
    kind: ConversionKind


def wanted(
    models: Iterable[str], kinds: Iterable[ConversionKind] = ConversionKind
) -> tuple[Wanted, ...]:
    """Return every model for every kind, kind by kind."""
    named = tuple(models)
    return tuple(Wanted(model, kind) for kind in kinds for model in named)


def kinds_named(names: Iterable[str]) -> tuple[ConversionKind, ...]:
    """Return the kinds of these names, all for none; `deal` is a won deal. UnknownName."""
    found = [_SPOKEN.get(name.strip().lower(), name.strip().lower()) for name in names]
    for name in found:
        if name not in set(ConversionKind):
            raise UnknownName("kind of conversion", name, (*ConversionKind, *_SPOKEN))
    return tuple(ConversionKind(name) for name in dict.fromkeys(found or ConversionKind))


class Modeller:
    """Learns models from the derived tables of one data directory and keeps the runs."""

    def __init__(self, warehouse: Warehouse, store: RunStore, settings: Settings) -> None:
        self._warehouse = warehouse
        self._store = store
        self._settings = settings

    def due(self, erased_at: int, now: int | None = None) -> tuple[Wanted, ...]:
        """Return the scheduled runs whose time has come.

        A run is due where there is none, where it was made under other settings, rules or
        code, where a person was erased since (`erased_at`: the last erasure's number), and
        where new facts came in and the newest run is older than the schedule.
        """
        every = self._settings.data_driven_micros()
        state = self._warehouse.state()
        if every is None or not state:
            return ()
        newest = self._newest()
        present = now_micros() if now is None else now
        return tuple(
            one
            for one in wanted(self._settings.data_driven_models)
            if self._is_due(newest.get(one), self._setting(one, state), erased_at)
            or self._is_stale(newest.get(one), self._setting(one, state), present - every)
        )

    def run(
        self,
        these: Sequence[Wanted],
        tell: Tell = lambda _what, _done, _of: None,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> tuple[ModelRun, ...]:
        """Make runs from one moment of the tables; each is kept as soon as it is made.

        What is up to date is not made again, so that this may be called twice, or again
        after it was killed. Returns the newest run of each, also where it was there already.
        """
        if not self._warehouse.state():
            raise StoreError("There is nothing to learn from yet: run `headwater rebuild`.")
        made: dict[Wanted, ModelRun] = {}
        for done, (one, run) in enumerate(self._learned(these, is_stopping, tell), start=1):
            made[one] = run
            tell("", done, len(these))
        return tuple(made.values())

    def _learned(
        self, these: Sequence[Wanted], is_stopping: Callable[[], bool], tell: Tell
    ) -> Iterator[tuple[Wanted, ModelRun]]:
        newest = self._newest()
        done = 0
        with moment(self._warehouse) as tables:
            noted = tables.query("select name, value from rebuild_state").to_pylist()
            state = {row["name"]: row["value"] for row in noted}
            for kind, of_kind in groupby(these, key=lambda one: one.kind):
                lesson: Lesson | None = None
                for one in of_kind:
                    if is_stopping():
                        return
                    tell(f"{one.model}, {kind.value}", done, len(these))
                    done += 1
                    known = newest.get(one)
                    if known and _is_same(known, self._setting(one, state)):
                        yield one, known
                        continue
                    if lesson is None:
                        lookback = parse_span(state["lookback"])
                        lesson = Lesson(
                            counted_paths(tables, kind, lookback),
                            partial(counted_finely, tables, kind, lookback),
                        )
                    learned = lesson.learn(
                        self._setting(one, state, lesson.replicates(one.model))
                    )
                    if is_stopping():
                        return
                    self._store.save(learned)
                    yield one, learned.run

    def _newest(self) -> dict[Wanted, ModelRun]:
        """Return the newest run of each, failed ones too."""
        found: dict[Wanted, ModelRun] = {}
        for run in self._store.runs():
            found.setdefault(Wanted(run.model, ConversionKind(run.kind)), run)
        return found

    @staticmethod
    def _setting(one: Wanted, state: dict[str, str], replicates: int = REPLICATES) -> Setting:
        return Setting(
            model=one.model,
            kind=one.kind,
            lookback=state["lookback"],
            watermark=int(state["watermark"]),
            rule_version=state["rule_version"],
            settings_version=state["settings_version"],
            code_version=state["code_version"],
            replicates=replicates,
        )

    @staticmethod
    def _is_due(run: ModelRun | None, setting: Setting, erased_at: int) -> bool:
        return run is None or run.watermark < erased_at or not _is_alike(run, setting)

    @staticmethod
    def _is_stale(run: ModelRun | None, setting: Setting, before: int) -> bool:
        return run is not None and run.started_at <= before and not _is_same(run, setting)


def _is_alike(run: ModelRun, setting: Setting) -> bool:
    """Say whether a run was made under the same settings, rules and code."""
    return (run.lookback, run.rule_version, run.settings_version, run.code_version) == (
        setting.lookback,
        setting.rule_version,
        setting.settings_version,
        setting.code_version,
    )


def _is_same(run: ModelRun, setting: Setting) -> bool:
    return _is_alike(run, setting) and run.watermark == setting.watermark
