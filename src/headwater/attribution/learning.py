"""Models that learn from touches, chunk by chunk, beside the rules' one pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.data_driven.additive import Additive, additive
from headwater.attribution.data_driven.bootstrap import Bootstrap
from headwater.attribution.data_driven.counts import NOTHING, PathCounts, Untouched
from headwater.attribution.data_driven.estimators import Credit, Flag
from headwater.attribution.data_driven.journeys import Counted, Journeys
from headwater.attribution.data_driven.results import Result, model_rows
from headwater.attribution.data_driven.summary import fitted
from headwater.attribution.finer import Finer
from headwater.attribution.incremental import Findings, Finely, Incremental
from headwater.attribution.intake import Matched
from headwater.attribution.naming import Learner, NamedModel


@dataclass(frozen=True, slots=True)
class Learnt:
    """What models found, in any order; those of the incremental model by its label."""

    results: Sequence[Result]
    findings: Mapping[str, Findings]

    def credit(
        self, shared: PathCounts, wanted: Sequence[NamedModel], *, with_bounds: bool
    ) -> pa.Table:
        """Return the rows of all models in the order wanted."""
        rows = {
            one.label: model_rows(shared, one, with_bounds=with_bounds) for one in self.results
        }
        rows |= {label: one.credit for label, one in self.findings.items()}
        return pa.concat_tables([rows[one.label] for one in wanted])


def learnt(
    counts: PathCounts,
    models: Sequence[NamedModel],
    *,
    nulls: bool = True,
    bootstrap: Bootstrap | None = None,
    finely: Finely | None = None,
) -> Learnt:
    """Return what models find in counted paths; the incremental one in `finely`, if given."""
    findings = {
        one.label: one.learn(counts, bootstrap)
        if finely is None
        else one.learn_finely(finely, bootstrap)
        for one in models
        if isinstance(one, Incremental)
    }
    others = [one for one in models if not isinstance(one, Incremental)]
    return Learnt(fitted(counts, others, nulls=nulls, bootstrap=bootstrap), findings)


@dataclass(frozen=True, slots=True)
class Learning:
    """What the models need of the paths so far: sums where those do, else distinct paths."""

    models: Sequence[Learner]
    journeys: Journeys
    bootstrap: Bootstrap | None
    sums: Sequence[Additive] | None
    finer: Finer | None
    """The same paths by a finer label, where the incremental model learns by one."""
    counted: Counted = field(default_factory=Counted)

    @classmethod
    def of(
        cls,
        models: Sequence[Learner],
        lookback: int | None,
        *,
        nulls: bool,
        bootstrap: Bootstrap | None,
        refunds: bool = True,
        finely: bool = False,
    ) -> Learning:
        """Return nothing learnt yet.

        `refunds`: whether values may be negative; `finely`: whether chunks have finer labels.
        """
        sums = [
            None if isinstance(one, Incremental) else additive(one, refunds=refunds)
            for one in models
        ]
        enough = [one for one in sums if one is not None]
        # Without anything to learn, sums of nothing spare the keeping of paths.
        with_paths = bool(models) and (bootstrap is not None or len(enough) < len(models))
        return cls(
            models,
            Journeys(lookback, nulls),
            bootstrap,
            None if with_paths else enough,
            Finer(Journeys(lookback, nulls)) if finely else None,
        )

    def add(self, part: Matched, channels: int) -> None:
        """Take in a chunk whose labels are codes below `channels`."""
        if not self.models:
            self.journeys.outside(part)
            return
        if self.finer is not None:
            self.finer.add(part)
        for paths in self.journeys.of(part):
            if self.sums is None:
                self.counted.add(paths)
                continue
            for one in self.sums:
                one.add(paths, channels)

    def results(
        self, names: Sequence[str], finely: Callable[[Finer], Finely] | None = None
    ) -> tuple[PathCounts, Learnt]:
        """Return what all results share, and what the models found; labels ascend.

        `finely` names the finer labels.
        """
        if self.sums is None:
            counts = self.counted.counts(names, self.journeys)
            by_finer = finely(self.finer) if finely and self.finer else None
            found = learnt(counts, self.models, bootstrap=self.bootstrap, finely=by_finer)
            flagged = [self._flagged(one) for one in found.results]
            return counts, replace(found, results=flagged)
        order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
        shares = [one.credit(len(names)) for one in self.sums]
        results = [
            self._flagged(Result(model.label, _ordered(one, order), set(one.flags), None))
            for model, one in zip(self.models, shares, strict=True)
        ]
        return outline(names, self.journeys), Learnt(results, {})

    def _flagged(self, result: Result) -> Result:
        if self.journeys.silent and not self.journeys.nulls:
            result.flags -= {Flag.NO_NULLS}
            result.flags.add(Flag.NULLS_LEFT_OUT)
        elif not self.journeys.silent:
            result.flags.add(Flag.NO_NULLS)
        return result


def outline(names: Sequence[str], journeys: Journeys) -> PathCounts:
    """Return counts without paths, for what the rows of all results share."""
    outside = Untouched(journeys.conversions, journeys.value)
    return replace(
        PathCounts.of(NOTHING, [], outside, journeys.credited), channels=tuple(sorted(names))
    )


def _ordered(credit: Credit, order: Ints) -> Credit:
    conversions: Floats = credit.conversions[order]
    return Credit(conversions, credit.values[order], credit.flags)
