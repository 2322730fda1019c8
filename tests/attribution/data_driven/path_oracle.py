"""The data-driven models once more, slowly and obviously: pure Python, exact fractions.

Nothing here is shared with the product. Removal effects come from taking the channel out of the
chain and solving what is left; Shapley values from every order in which channels may join.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

F = Fraction
START = ("start",)
WON = ("won",)
LOST = ("lost",)


@dataclass(frozen=True)
class Row:
    path: tuple[str, ...]
    conversions: Fraction
    value: Fraction
    nulls: Fraction


def channels_of(rows: list[Row]) -> list[str]:
    return sorted({channel for row in rows for channel in row.path})


def total(rows: list[Row], field: str) -> Fraction:
    return sum((getattr(row, field) for row in rows if row.path), F(0))


def grams(path: tuple[str, ...], order: int) -> list[tuple[str, ...]]:
    if len(path) <= order:
        return [path]
    return [path[i : i + order] for i in range(len(path) - order + 1)]


class Chain:
    """Every move, those that stay where they are included, with what it carries."""

    def __init__(self, rows: list[Row], order: int) -> None:
        self.moves: dict[tuple, dict[tuple, Fraction]] = defaultdict(lambda: defaultdict(F))
        self.value: dict[tuple, Fraction] = defaultdict(F)
        for row in rows:
            weight = row.conversions + row.nulls
            if not row.path:
                continue
            states = grams(row.path, order)
            self.value[states[-1]] += row.value
            if not weight:
                continue
            for one, other in zip([START, *states], states, strict=False):
                self.moves[one][other] += weight
            self.moves[states[-1]][WON] += row.conversions
            self.moves[states[-1]][LOST] += row.nulls

    def gain(self, removed: str | None, *, of_value: bool) -> Fraction:
        """What one who starts brings in, if whoever comes to `removed` is lost."""
        gone = {one for one in self.moves if one != START and removed in one}
        states = [one for one in self.moves if one not in gone]
        if START not in states:
            return F(0)
        place = {state: i for i, state in enumerate(states)}
        matrix = []
        for state in states:
            sums = sum(self.moves[state].values())
            row = [F(0)] * (len(states) + 1)
            row[place[state]] += 1
            for other, weight in self.moves[state].items():
                if other in place:
                    row[place[other]] -= weight / sums
            won = self.value[state] if of_value else self.moves[state].get(WON, F(0))
            row[-1] = won / sums if state != START else F(0)
            matrix.append(row)
        return solve(matrix)[place[START]]


def solve(matrix: list[list[Fraction]]) -> list[Fraction]:
    size = len(matrix)
    for column in range(size):
        pivot = next(row for row in range(column, size) if matrix[row][column])
        matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
        head = matrix[column]
        for row in range(size):
            if row != column and matrix[row][column]:
                factor = matrix[row][column] / head[column]
                matrix[row] = [
                    one - factor * other for one, other in zip(matrix[row], head, strict=True)
                ]
    return [matrix[i][-1] / matrix[i][i] for i in range(size)]


def losses(rows: list[Row], order: int, *, of_value: bool) -> dict[str, Fraction]:
    """What is lost without each channel, per one who starts."""
    chain = Chain(rows, order)
    whole = chain.gain(None, of_value=of_value)
    return {
        channel: whole - chain.gain(channel, of_value=of_value) for channel in channels_of(rows)
    }


def markov(rows: list[Row], order: int, field: str) -> dict[str, Fraction]:
    lost = losses(rows, order, of_value=field == "value")
    everything = sum(lost.values())
    if not everything:
        return linear(rows, field)
    return {channel: one / everything * total(rows, field) for channel, one in lost.items()}


def linear(rows: list[Row], field: str) -> dict[str, Fraction]:
    found = {channel: F(0) for channel in channels_of(rows)}
    for row in rows:
        for channel in row.path:
            found[channel] += getattr(row, field) / len(row.path)
    return found


def by_every_order(
    channels: list[str], worth: Callable[[frozenset[str]], Fraction]
) -> dict[str, Fraction]:
    found = {channel: F(0) for channel in channels}
    orders = list(permutations(channels))
    for order in orders:
        for i, channel in enumerate(order):
            found[channel] += worth(frozenset(order[: i + 1])) - worth(frozenset(order[:i]))
    return {channel: one / len(orders) for channel, one in found.items()}


def inside(rows: list[Row], some: frozenset[str], field: str) -> Fraction:
    return sum(
        (getattr(row, field) for row in rows if row.path and some.issuperset(row.path)), F(0)
    )


def shapley(rows: list[Row], field: str) -> dict[str, Fraction]:
    return by_every_order(channels_of(rows), lambda some: inside(rows, some, field))


def shapley_rate(rows: list[Row], field: str) -> dict[str, Fraction]:
    def rate(some: frozenset[str]) -> Fraction:
        persons = inside(rows, some, "conversions") + inside(rows, some, "nulls")
        return inside(rows, some, field) / persons if persons else F(0)

    everybody = total(rows, "conversions") + total(rows, "nulls")
    found = by_every_order(channels_of(rows), rate)
    return {channel: one * everybody for channel, one in found.items()}


def leave_one_out(rows: list[Row], field: str) -> dict[str, Fraction]:
    won, seen = defaultdict(F), defaultdict(F)
    for row in rows:
        won[row.path] += row.conversions
        seen[row.path] += row.conversions + row.nulls

    def rate(path: tuple[str, ...]) -> Fraction:
        return won[path] / seen[path] if path and seen.get(path) else F(0)

    found = {channel: F(0) for channel in channels_of(rows)}
    for row in rows:
        if not row.path:
            continue
        size = len(row.path)
        worth = [
            max(rate(row.path) - rate(row.path[:i] + row.path[i + 1 :]), F(0))
            for i in range(size)
        ]
        if not sum(worth):
            worth = [F(int(i == size - 1)) for i in range(size)]
        for channel, one in zip(row.path, worth, strict=True):
            found[channel] += one / sum(worth) * getattr(row, field)
    return found


def credit(model: str, rows: list[Row], field: str) -> dict[str, Fraction]:
    if model.startswith("markov"):
        return markov(rows, int(model[len("markov(order=") : -1]), field)
    oracles = {
        "linear": linear,
        "shapley": shapley,
        "shapley_ordered": shapley,
        "shapley_rate": shapley_rate,
        "leave_one_out": leave_one_out,
    }
    return oracles[model](rows, field)
