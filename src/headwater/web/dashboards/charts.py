"""Charts as plain meaning: `charts.js` decides the look, a table says the same in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headwater.domain.money import exponent


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values along the categories; `hue` is a channel's number or `accent`."""

    name: str
    hue: int | str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart over categories. `currency` is empty where values are counts."""

    name: str
    title: str
    kind: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    currency: str = ""
    shown: tuple[tuple[str, ...], ...] = field(default=())
    """The same as text, for the table: one tuple per category, one text per series."""

    @property
    def script_id(self) -> str:
        """The element that holds the data."""
        return f"data-{self.name}"

    @property
    def data(self) -> dict[str, Any]:
        """What the script reads."""
        return {
            "kind": self.kind,
            "categories": self.categories,
            "currency": self.currency,
            "series": [
                {"name": one.name, "hue": one.hue, "values": one.values} for one in self.series
            ],
        }

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of the table's columns."""
        return tuple(one.name for one in self.series)

    @property
    def table(self) -> list[tuple[str, tuple[str, ...]]]:
        """Rows of the table that stands for the chart."""
        return list(zip(self.categories, self.shown, strict=True))


@dataclass(frozen=True, slots=True)
class Estimate:
    """One category of a chart of shares: the share, its interval, and others' shares of it.

    Shares are of one. `low` and `high` are None where there is no interval, `others` has one
    entry per mark, None for none. `shown` says the same in words, figure by figure.
    """

    category: str
    hue: int
    share: float
    low: float | None
    high: float | None
    others: tuple[float | None, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Estimates:
    """Bars with intervals, and marks where others see them. `heads` are of the table."""

    name: str
    title: str
    own: str
    marks: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[Estimate, ...]

    @property
    def script_id(self) -> str:
        """The element that holds the data."""
        return f"data-{self.name}"

    @property
    def data(self) -> dict[str, Any]:
        """What the script reads."""
        return {
            "kind": "estimates",
            "unit": "percent",
            "own": self.own,
            "categories": [one.category for one in self.rows],
            "rows": [
                {"hue": one.hue, "share": one.share, "low": one.low, "high": one.high}
                for one in self.rows
            ],
            "marks": [
                {"name": name, "values": [one.others[place] for one in self.rows]}
                for place, name in enumerate(self.marks)
            ],
        }

    @property
    def table(self) -> list[tuple[str, tuple[str, ...]]]:
        """Rows of the table that stands for the chart."""
        return [(one.category, one.shown) for one in self.rows]


@dataclass(frozen=True, slots=True)
class Node:
    """One bar of a flow: a key of its own, what it is called, its column and colour."""

    key: str
    label: str
    depth: int
    hue: int | str


@dataclass(frozen=True, slots=True)
class Link:
    """An amount that flows from one node to another."""

    source: str
    target: str
    value: float
    shown: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A Sankey chart. `unit` says what flows."""

    name: str
    title: str
    unit: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    links_to: Mapping[str, str] = field(default_factory=dict)

    @property
    def script_id(self) -> str:
        """The element that holds the data."""
        return f"data-{self.name}"

    @property
    def data(self) -> dict[str, Any]:
        """What the script reads."""
        return {
            "kind": "sankey",
            "unit": self.unit,
            "links_to": dict(self.links_to),
            "nodes": [
                {"name": one.key, "label": one.label, "depth": one.depth, "hue": one.hue}
                for one in self.nodes
            ],
            "links": [
                {"source": one.source, "target": one.target, "value": one.value}
                for one in self.links
            ],
        }

    @property
    def table(self) -> list[tuple[str, str, str]]:
        """Rows of the table that stands for the chart: from, to, amount."""
        labels = {one.key: one.label for one in self.nodes}
        return [(labels[one.source], labels[one.target], one.shown) for one in self.links]


def major(minor: float | None, currency: str) -> float:
    """Return an amount in whole units of the currency, as charts scale it."""
    return float((minor or 0) / 10 ** exponent(currency))


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A course in a box of 100 by 28, as two SVG paths."""

    line: str
    area: str


def sparkline(values: Sequence[float]) -> Sparkline | None:
    """Return the course of some values; None for fewer than two."""
    if len(values) < 2:
        return None
    low, high = min(0.0, *values), max(values)
    height = (high - low) or 1.0
    step = 100 / (len(values) - 1)
    points = [
        f"{place * step:.1f},{26 - 24 * (value - low) / height:.1f}"
        for place, value in enumerate(values)
    ]
    line = "M" + "L".join(points)
    return Sparkline(line, f"{line}L100,28L0,28Z")
