"""The library's face: any model, on tables of any kind, one result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from headwater.attribution.answer import Request, attribution
from headwater.attribution.checks import DEFAULT_LOOKBACK, check_lookback
from headwater.attribution.conversions import conversions as conversions_of
from headwater.attribution.data_driven.bootstrap import Bootstrap
from headwater.attribution.data_driven.counts import PathCounts
from headwater.attribution.data_driven.path_rows import PathColumns, PathRows
from headwater.attribution.data_driven.summary import USUAL, assume
from headwater.attribution.data_driven.tables import PathInput, count_paths
from headwater.attribution.intake import CHUNK_ROWS, Job
from headwater.attribution.learning import Learning, learnt
from headwater.attribution.models import CHANNEL
from headwater.attribution.naming import (
    NamedModel,
    check_learn_by,
    every,
    learners,
    rules,
)
from headwater.attribution.outcome import Assumed, Attribution
from headwater.attribution.path_sums import add_up, summed
from headwater.attribution.sources import TableInput, source
from headwater.domain.errors import InputError

_RESULTS: Final = frozenset(
    f"{name}{end}"
    for name in ("model", "conversions", "value", "value_minor", "flags")
    for end in ("", "_low", "_high")
)


def attribute(  # noqa: PLR0913 - each is a word that its user would say
    touches: TableInput,
    conversions: TableInput,
    models: Sequence[str | NamedModel],
    lookback: int | str | None = DEFAULT_LOOKBACK,
    by: str = "channel",
    milestones: Mapping[str, str] | None = None,
    *,
    learn_by: str | None = None,
    reset: bool = False,
    nulls: bool = True,
    bootstrap: Bootstrap | None = USUAL,
) -> Attribution:
    """Credit conversions to touches under any models, rule-based and data-driven.

    `touches`, one row each: `person_id` and `touch_id` (texts or whole numbers), `touched_at`,
    and the text column `by` (an empty one is `(not set)`); `is_direct` for the non-direct
    models (without it, the channel `Direct` is direct). `conversions`, one row each:
    `conversion_id`, `person_id` (null: nobody known), `converted_at` (or `anchored_at`), and
    `value` (amounts; negative for a refund) or `value_minor` (whole cents); optionally `counts`
    (how many conversions the row is, >= 0, else 1), `kind` (for `reset`), and the times of the
    milestones that a model reads, `lead_at` and `opportunity_at` (null: not reached), or the
    columns that `milestones` names: `{"lead": "mql_at", "opportunity": "sql_at"}`.

    Both may be tables of pyarrow, pandas, Polars or DuckDB (whatever speaks Arrow), a pyarrow
    dataset, or the path of a Parquet file or of a directory of such. Touches may also be a
    `RecordBatchReader` or batches in the order person, time, id; files in that order (by name)
    are read as a stream, so that memory does not grow with them; others are sorted in memory.
    Conversions are held in memory. Times: zoned timestamps, microseconds since 1970, or
    timestamps without a zone, which are taken as UTC and said to be.

    `models`: `first`, `last`, `first_non_direct`, `last_non_direct`, `linear`, `position`,
    `u_lead`, `w_shaped`, `full_path`, `time_decay`, `custom(...)`; `markov`,
    `markov(order=2)`, `shapley`, `shapley_ordered`, `shapley_rate`, `leave_one_out`; and
    `incremental`, `incremental(penalty=1,cap=2,each_touch)`, or `Incremental(Settings(...))`
    from `headwater.attribution.incremental`, which has a row `(baseline)` besides and needs
    persons who did not convert. See docs/explanation/models.md.

    `learn_by`: a text column of the touches that is finer than `by`, such as `campaign`:
    `incremental` learns the effects of its labels, and shows what they add up to. Those of 500
    touches or more have an effect of their own, at most 200; the others of a channel have one
    together, and so have its touches without a label.

    `lookback`: microseconds, a span such as `"90d"`, None for unlimited. `reset`: touches at
    or before the person's previous conversion of the same kind are out. `nulls`: whether
    models that learn do so from persons with touches but without any conversion in the table
    (of whatever kind) too; such a person's path is the touches less than a lookback before
    their last one, and that one. `bootstrap` makes the intervals of models that learn, 1,000
    replicates unless it says otherwise; None makes none, and then `markov` and `shapley` keep
    no paths: for many touches, the quickest way.

    Raises InputError, BadRow where one row is to blame, UnknownName for a model that is none.

    >>> touches = pa.table({
    ...     "person_id": ["ann", "ann", "bob"], "touch_id": [1, 2, 3],
    ...     "touched_at": [datetime(2026, 3, day) for day in (1, 8, 9)],
    ...     "channel": ["Ad", "Mail", "Mail"],
    ... })
    >>> won = pa.table({
    ...     "conversion_id": ["d1", "d2"], "person_id": ["ann", None],
    ...     "converted_at": [datetime(2026, 3, 20)] * 2, "value": [100.0, 7.5],
    ... })
    >>> found = attribute(touches, won, ["first", "linear"], lookback="30d")
    >>> for row in found.credit.select(["model", "channel", "value"]).to_pylist():
    ...     print(*row.values())
    first Ad 100.00
    first Mail 0.00
    first (no touch) 7.50
    linear Ad 50.00
    linear Mail 50.00
    linear (no touch) 7.50
    >>> for sentence in found.assumed.sentences():
    ...     print(sentence)
    Touches less than 30 days before a conversion are its path.
    Times without a time zone are UTC: converted_at, touched_at.
    """
    if by in _RESULTS:
        raise InputError(f"The column to sum by cannot be called '{by}'; rename it.")
    wanted = every(models)
    learning = learners(wanted, nulls=nulls)
    check_learn_by(learn_by, by, learning)
    zoneless: set[str] = set()
    window = check_lookback(lookback)
    won = conversions_of(conversions, milestones, zoneless)
    request = Request(
        source("touches", touches, (by, CHANNEL, *filter(None, [learn_by]))),
        won,
        wanted,
        Job(rules(wanted), window, reset, CHUNK_ROWS, by, won.called, learn_by),
        lambda: Learning.of(
            learning,
            window,
            nulls=nulls,
            bootstrap=bootstrap,
            refunds=won.with_refunds,
            finely=learn_by is not None,
        ),
        zoneless,
    )
    return request.answer()


def attribute_paths(
    paths: PathCounts | PathInput,
    models: Sequence[str | NamedModel],
    separator: str | None = None,
    columns: PathColumns | None = None,
    *,
    nulls: bool = True,
    bootstrap: Bootstrap | None = USUAL,
) -> Attribution:
    """Credit conversions to channels from a table of paths: one row each, with what came of it.

    `paths`: `path` (a list of texts, or a text with channels parted by exactly `separator`),
    `conversions` (how many, >= 0, may be a fraction), and optionally `value` or `value_minor`
    and `nulls` (how many went the path and did not convert); `columns` says other names. Any
    kind of table that `attribute` takes. `models`: those of `attribute` that need neither
    times nor stages. With `nulls` false those who did not convert are left out, which
    `incremental` cannot do.

    The result is that of `attribute`, summed by `channel`. Raises InputError.

    >>> table = pa.table({"path": ["Ad > Mail", "Ad"], "conversions": [3, 1], "nulls": [1, 5]})
    >>> found = attribute_paths(table, ["shapley", "markov"], separator=" > ", bootstrap=None)
    >>> for row in found.credit.select(["model", "channel", "conversions"]).to_pylist():
    ...     print(*row.values())
    shapley Ad 2.5
    shapley Mail 1.5
    shapley (no touch) 0.0
    markov Ad 2.2857142857142856
    markov Mail 1.7142857142857142
    markov (no touch) 0.0
    """
    wanted = every(models)
    learns = bool(learners(wanted, nulls=nulls))
    if bootstrap is None and not isinstance(paths, PathCounts) and add_up(wanted):
        sums = summed(PathRows.of(paths, columns, separator), wanted, nulls=nulls)
        shared, found, null_paths = sums.shared, sums.found, sums.null_paths
    else:
        shared = (
            paths if isinstance(paths, PathCounts) else count_paths(paths, columns, separator)
        )
        found = learnt(shared, wanted, nulls=nulls, bootstrap=bootstrap)
        null_paths = float(assume(shared, nulls=nulls)[0].nulls.sum())
    assumed = Assumed("channel", from_paths=True, null_paths=null_paths if learns else None)
    with_bounds = learns and bootstrap is not None
    return attribution(
        found.credit(shared, wanted, with_bounds=with_bounds), assumed, found.findings
    )
