"""Headwater beside other attribution libraries: CPU seconds, memory, error. One command.

    python benchmarks/attribution/compare.py [--sizes 10000 100000 1000000] [--bound 120]
        [--environment var/benchmark-peers] [--out var/attribution-speed]

Installs the others from the package registry into an environment of their own, makes paths
(see `making.py`), and runs each part of each library in a process of its own, stopped after
`--bound` seconds. Prints a table and writes it to OUT as `table.csv` and `table.md`, with the
plot `plot.svg` and `plot.png`. A library that cannot be installed or run says so in its row.

CPU: user and system seconds of all threads, the least of three for what takes under 2 s,
without imports and reading files (`set up`; but Headwater on touches reads its files within its
time, as the scan does). Peak: the process's resident memory. Error: the largest of all
channels', relative to what the model's definition gives (`exact.py`), in conversions. Linux.
"""

from __future__ import annotations

import argparse
import csv
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from pathlib import Path

from measuring import Credit
from peers import HERE, LIBRARIES, Environment, Library, said


@dataclass(frozen=True, slots=True)
class Row:
    """What one part of one library took, or why it says nothing."""

    paths: int
    library: str
    part: str
    cpu_s: float | None = None
    setup_s: float | None = None
    peak_mb: float | None = None
    error: float | None = None
    note: str = ""

    def cells(self) -> list[str]:
        if self.note:
            return [f"{self.paths:,}", self.library, self.part, self.note, "", "", ""]
        return [
            f"{self.paths:,}",
            self.library,
            self.part,
            f"{self.cpu_s:.3f}",
            f"{self.setup_s:.1f}",
            f"{self.peak_mb:,.0f}",
            "" if self.error is None else f"{self.error:.1e}",
        ]


HEAD = ["paths", "library", "part", "CPU s", "set up s", "peak MB", "error"]


def error(credit: Credit, exact: Credit) -> float | None:
    """Return the largest error of a channel's conversions; None if none were found.

    Relative to the true conversions; where there are none, in conversions.
    """
    return max(
        (
            abs(found.get(channel, 0.0) - true) / (true or 1.0)
            for model, found in credit.items()
            for channel, true in exact[model].items()
        ),
        default=None,
    )


@dataclass(frozen=True, slots=True)
class Run:
    """One size's files, and the pythons that run over them."""

    folder: Path
    paths: int
    environment: Environment
    bound: float

    def row(self, library: Library, part: str) -> Row:
        python = self.environment.python if library.package else sys.executable
        command = [python, str(HERE / library.script), str(self.folder), part]
        try:
            done = said(command, self.bound)
        except subprocess.TimeoutExpired:
            stopped = f"stopped after {self.bound:g} s"
            return Row(self.paths, library.name, part, note=stopped)
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
            return Row(self.paths, library.name, part, note=f"failed: {last[:100]}")
        told = json.loads(done.stdout.splitlines()[-1])
        exact = json.loads((self.folder / "exact.json").read_text())
        return Row(
            self.paths,
            library.name,
            part,
            told["cpu"],
            told["setup"],
            told["peak_mb"],
            error(told["credit"], exact),
        )


def measured(run: Run, absent: Mapping[str, str]) -> Iterator[Row]:
    for library in LIBRARIES:
        if library.name in absent:
            yield Row(run.paths, library.name, "all", note=absent[library.name])
            continue
        for part in library.parts:
            yield run.row(library, part)


def markdown(rows: Sequence[Row]) -> str:
    lines = ["| " + " | ".join(HEAD) + " |", "|---:|---|---|---:|---:|---:|---:|"]
    lines += ["| " + " | ".join(row.cells()) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def printed(cells: Sequence[str]) -> None:
    widths = [10, 29, 11, 10, 9, 8, 9]
    aligned = [
        text.ljust(width) if place in {1, 2} else text.rjust(width)
        for place, (text, width) in enumerate(zip(cells, widths, strict=True))
    ]
    print(" ".join(aligned).rstrip(), flush=True)


def goals(rows: Sequence[Row], paths: int) -> Iterator[str]:
    """Say how the figures of one size stand to what was set as goals."""
    cpu = {(row.library, row.part): row.cpu_s for row in rows if row.paths == paths}
    ours = cpu.get(("Headwater, paths", "together"))
    theirs = [cpu.get(("ChannelAttribution", part)) for part in ("heuristics", "markov")]
    if ours and all(theirs):
        total = sum(one for one in theirs if one)
        yield (
            f"{paths:,} paths: ChannelAttribution's three heuristics and Markov take "
            f"{total:.2f} s CPU, Headwater's with Shapley besides {ours:.2f} s: "
            f"{total / ours:.1f} times less (goal: 5)."
        )
    scan = cpu.get(("DuckDB, bare scan", "scan"))
    touches = cpu.get(("Headwater, touches", "together"))
    if scan and touches:
        yield (
            f"{paths:,} paths as touches: all five models take {touches / scan:.1f} times the "
            "CPU of the bare scan of every column + group by channel (goal: 4)."
        )


def about(environment: Environment) -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    chip = next((line.split(": ")[1] for line in lines if line.startswith("model name")), "")
    ours = [f"{name} {version(name)}" for name in ("duckdb", "numpy", "pyarrow")]
    packages = [library.package for library in LIBRARIES if library.package]
    theirs = [f"{name} {environment.version(name) or 'absent'}" for name in packages]
    parts = [chip or platform.machine(), f"Python {platform.python_version()}", *ours, *theirs]
    return ", ".join(parts)


def write(out: Path, rows: Sequence[Row], environment: Environment) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with (out / "table.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Row)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
    (out / "table.md").write_text(markdown(rows))
    drawn = said([environment.python, str(HERE / "drawing.py"), str(out)])
    print(drawn.stderr or f"Written to {out}.")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--bound", type=float, default=120)
    parser.add_argument("--environment", type=Path, default=Path("var/benchmark-peers"))
    parser.add_argument("--out", type=Path, default=Path("var/attribution-speed"))
    options = parser.parse_args()
    environment = Environment(options.environment.absolute())
    environment.make()
    problems = {one.name: environment.install(one.package) for one in LIBRARIES if one.package}
    absent = {name: problem for name, problem in problems.items() if problem}
    print(about(environment))
    printed(HEAD)
    rows: list[Row] = []
    for paths in options.sizes:
        with tempfile.TemporaryDirectory() as name:
            made = said([sys.executable, str(HERE / "making.py"), name, str(paths)])
            made.check_returncode()
            for row in measured(Run(Path(name), paths, environment, options.bound), absent):
                printed(row.cells())
                rows.append(row)
    for sentence in (one for paths in options.sizes for one in goals(rows, paths)):
        print(sentence)
    write(options.out, rows, environment)


if __name__ == "__main__":
    main()
