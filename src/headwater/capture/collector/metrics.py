"""The counters as Prometheus reads them (text exposition format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from headwater.capture.collector.counters import METRICS, Status, Values, summed

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Upper bounds of the durations of commits, in seconds."""

_PREFIX: Final = "headwater_collector_"
_HISTOGRAM: Final = frozenset({"commits", "commit_seconds", "commit_buckets"})


def exposition(workers: Iterable[Status]) -> str:
    """Return the sums over all workers, and what waits in each."""
    workers = list(workers)
    values = summed(worker.values for worker in workers)
    lines: list[str] = []
    for name, metric in METRICS.items():
        if name in _HISTOGRAM:
            continue
        full = f"{_PREFIX}{name}_total"
        lines += [f"# HELP {full} {metric.told}", f"# TYPE {full} counter"]
        lines += [
            f"{full}{_labelled(metric.labels, labels)} {value:g}"
            for (key, labels), value in sorted(values.items())
            if key == name
        ]
    lines += _commits(values)
    queued = sum(worker.queued for worker in workers)
    ill = sum(bool(worker.problem) for worker in workers)
    lines += _gauge("queued_facts", "Facts that wait for a commit.", queued)
    lines += _gauge("ill_workers", "Workers whose last commit failed.", ill)
    return "\n".join(lines) + "\n"


def _commits(values: Values) -> list[str]:
    full = f"{_PREFIX}commit_seconds"
    count = values.get(("commits", ()), 0)
    lines = [f"# HELP {full} How long commits took.", f"# TYPE {full} histogram"]
    for bound in BUCKETS:
        found = values.get(("commit_buckets", (f"{bound:g}",)), 0)
        lines.append(f'{full}_bucket{{le="{bound:g}"}} {found:g}')
    lines.append(f'{full}_bucket{{le="+Inf"}} {count:g}')
    lines.append(f"{full}_sum {values.get(('commit_seconds', ()), 0):g}")
    return [*lines, f"{full}_count {count:g}"]


def _gauge(name: str, told: str, value: float) -> list[str]:
    full = _PREFIX + name
    return [f"# HELP {full} {told}", f"# TYPE {full} gauge", f"{full} {value:g}"]


def _labelled(names: tuple[str, ...], values: tuple[str, ...]) -> str:
    if not names:
        return ""
    pairs = zip(names, values, strict=True)
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in pairs) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
