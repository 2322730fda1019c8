"""Data-driven models inside the platform: learned in runs, credited touch by touch.

A *run* learns one model for one kind of conversion from all paths (`learning.Lesson`), and
keeps what it found as one factor per channel (`allocation`). Credit of single touches is made
of these factors (`crediting.credit_by_runs`), for conversions newer than the run, too. `steps`
keeps that credit beside the rule-based one in the derived tables; `pathways` reads paths there.
The incremental model (`increments`) has a baseline and no factors: it credits no single touch.
"""

from headwater.attribution.model_runs.crediting import credit_by_runs, factors_of
from headwater.attribution.model_runs.labels import (
    RUNNABLE,
    canonical,
    is_incremental,
    runnable,
)
from headwater.attribution.model_runs.learning import REPLICATES, Learned, Lesson
from headwater.attribution.model_runs.pathways import counted_finely, counted_paths
from headwater.attribution.model_runs.records import (
    ChannelEffect,
    ChannelResult,
    ModelRun,
    Setting,
    effects_table,
    results_table,
    runs_table,
)
from headwater.attribution.model_runs.steps import RunsInUse, credits_now, run_steps

__all__ = [
    "REPLICATES",
    "RUNNABLE",
    "ChannelEffect",
    "ChannelResult",
    "Learned",
    "Lesson",
    "ModelRun",
    "RunsInUse",
    "Setting",
    "canonical",
    "counted_finely",
    "counted_paths",
    "credit_by_runs",
    "credits_now",
    "effects_table",
    "factors_of",
    "is_incremental",
    "results_table",
    "run_steps",
    "runnable",
    "runs_table",
]
