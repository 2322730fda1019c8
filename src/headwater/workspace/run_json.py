"""Runs of data-driven models as JSON, for scripts and for the API."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from headwater.attribution.model_runs import ModelRun, RunsInUse
from headwater.domain.times import from_micros


def runs_to_json(runs: Sequence[ModelRun], in_use: RunsInUse | None = None) -> bytes:
    """Return `{"runs": [...]}` with the fields of `ModelRun`, times as ISO 8601 in UTC.

    `is_in_use` says whether reports credit by the run; without `in_use` it is true of all
    that did not fail.
    """
    used = set(in_use.runs.column("run_id").to_pylist()) if in_use else None
    return json.dumps({"runs": [_run(one, used) for one in runs]}, indent=1).encode() + b"\n"


def _run(run: ModelRun, used: set[str] | None) -> dict[str, object]:
    return {
        **asdict(run),
        "started_at": from_micros(run.started_at).isoformat(),
        "finished_at": from_micros(run.finished_at).isoformat(),
        "flags": [flag for flag in run.flags.split("; ") if flag],
        "is_in_use": not run.error if used is None else run.run_id in used,
    }
