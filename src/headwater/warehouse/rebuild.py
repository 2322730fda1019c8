"""Makes the derived tables from the facts: all of them, or what new facts touched.

One transaction makes everything, so a reader sees the tables before or after, and a killed
rebuild leaves what was there. Each step's statement is the same text either way: the runner
decides what `facts_event` or `sessions` means while it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from headwater.domain.errors import StoreError
from headwater.domain.words import FactKind
from headwater.warehouse.engine import EngineError, Warehouse
from headwater.warehouse.fact_views import Facts, FactViews
from headwater.warehouse.run import Run
from headwater.warehouse.steps import Step


@dataclass(frozen=True, slots=True)
class Plan:
    """How to rebuild: the steps in order, the values they bind, and what they depend on."""

    steps: Sequence[Step]
    params: Mapping[str, object]
    versions: Mapping[str, str]
    """What must be as it was for an incremental rebuild to be right (rules, settings, SQL)."""
    notes: Mapping[str, str]
    """What the rebuild tells its readers of itself, such as the default lookback."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did; `reason` says why it was a full one, empty where it was not."""

    reason: str
    new_facts: int
    touched_visitors: int
    touched_persons: int

    @property
    def is_full(self) -> bool:
        """Say whether every table was made again."""
        return bool(self.reason)


def rebuild(
    warehouse: Warehouse,
    facts: Facts,
    plan: Plan,
    *,
    full: bool = False,
    tell: Callable[[str, int, int], None] = lambda _table, _done, _of: None,
) -> Rebuilt:
    """Bring the derived tables up to the facts' watermark, in one transaction.

    `tell(table, done, of)` is called before each step and once at the end.
    """
    try:
        return _rebuild(warehouse, facts, plan, full=full, tell=tell)
    except EngineError as error:
        raise StoreError(f"The derived tables could not be made: {error}") from error


def _rebuild(
    warehouse: Warehouse,
    facts: Facts,
    plan: Plan,
    *,
    full: bool,
    tell: Callable[[str, int, int], None],
) -> Rebuilt:
    state = warehouse.state()
    with warehouse.cursor() as cursor:
        reason = _reason_for_full(plan, state, asked=full)
        since = -1 if reason else int(state["watermark"])
        views = FactViews(cursor, facts, since)
        run = Run(cursor, warehouse.catalog, views, plan.params)
        new_facts = {kind: views.count_news(kind) for kind in FactKind}
        if not reason and new_facts[FactKind.ERASURE]:
            reason = "a person was erased"
        if not reason and not any(new_facts.values()):
            return Rebuilt("", 0, 0, 0)
        cursor.execute("begin")
        try:
            run.begin(new_facts, is_full=bool(reason))
            _make_all(run, plan.steps, tell)
            run.replace_table("rebuild_state", _state_table(plan, facts.watermark))
            cursor.execute("commit")
        except BaseException:
            cursor.execute("rollback")
            raise
        return Rebuilt(
            reason,
            sum(new_facts.values()),
            run.count("touched_visitors"),
            run.count("(select distinct person_id from touched_persons)"),
        )


def _make_all(run: Run, steps: Sequence[Step], tell: Callable[[str, int, int], None]) -> None:
    for number, step in enumerate(steps):
        tell(step.table, number, len(steps))
        run.make(step)
        run.let_go(steps[number + 1 :])
    tell("", len(steps), len(steps))


def _reason_for_full(plan: Plan, state: Mapping[str, str], *, asked: bool) -> str:
    if asked:
        return "asked for"
    if "watermark" not in state:
        return "there are no derived tables yet"
    changed = [name for name, value in plan.versions.items() if state.get(name) != value]
    return f"changed since the last rebuild: {', '.join(changed)}" if changed else ""


def _state_table(plan: Plan, watermark: int) -> pa.Table:
    state = {**plan.versions, **plan.notes, "watermark": str(watermark)}
    return pa.table({"name": list(state), "value": list(state.values())})
