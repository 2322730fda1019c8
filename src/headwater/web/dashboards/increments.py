"""What the incremental model found, channel by channel, in words and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.domain.words import BASELINE
from headwater.reports import Report
from headwater.reports.incrementality import IncrementalRun
from headwater.web import formats, house, palette, words

CAUTIONS: Final = {
    "too few conversions": (
        gettext_lazy("too few conversions"),
        gettext_lazy(
            "The interval is wider than the figure: read it as “between these bounds”."
        ),
    ),
    "negative credit": (
        gettext_lazy("below zero"),
        gettext_lazy(
            "People who met it converted less often than others alike. It is shown as found."
        ),
    ),
    "seen only with conversions": (
        gettext_lazy("seen only with conversions"),
        gettext_lazy(
            "Nobody is known who met it and did not convert, as when only leads are asked "
            "where they heard of you. The figure says nothing of what the channel does."
        ),
    ),
    "never seen with a conversion": (
        gettext_lazy("never seen with a conversion"),
        gettext_lazy("Nobody who met it has converted so far."),
    ),
    "everyone was exposed": (
        gettext_lazy("everyone met it"),
        gettext_lazy("Nobody is left to compare with."),
    ),
    "moves with other channels": (
        gettext_lazy("moves with other channels"),
        gettext_lazy(
            "The same people meet it and others, so their effects can hardly be told apart."
        ),
    ),
    "few alike without it": (
        gettext_lazy("few alike without it"),
        gettext_lazy(
            "Few people met all the same but this, so there is little to compare with."
        ),
    ),
    "works unevenly": (
        gettext_lazy("works unevenly"),
        gettext_lazy("It works for some and not for others; the figure is a mean."),
    ),
    "set by a holdout test": (
        gettext_lazy("set by a holdout test"),
        gettext_lazy("A test decided this figure, which is the best ground there is."),
    ),
    "inferred: everybody seen had a touch": (
        gettext_lazy("inferred"),
        gettext_lazy(
            "No tracking sees people who met nothing; what would have come anyway follows from "
            "how much each channel adds to the others."
        ),
    ),
    "null paths are longer": (
        gettext_lazy("conversions end the path"),
        gettext_lazy(
            "People who did not convert went on to meet more, which makes channels of later "
            "touches look worse than they are."
        ),
    ),
    "no estimate was reached": (
        gettext_lazy("no estimate was reached"),
        gettext_lazy("The search for the effects ended before it was done. Do not use it."),
    ),
    "no interval: too much to compute": (
        gettext_lazy("too large for intervals"),
        gettext_lazy("There are so many different paths that intervals would take too long."),
    ),
}
"""What weakens a row: the model's own word, what it is called here, what it means."""


@dataclass(frozen=True, slots=True)
class Increment:
    """One row: figures as text for the table, shares of one for the picture.

    `share` and its bounds are of all conversions (or value) with a touch, `last` and `first`
    what those rules credit of the same. None where there is none.
    """

    channel: str
    hue: int
    rank: int
    is_baseline: bool
    amount: float
    last_amount: float
    share: float | None
    share_low: float | None
    share_high: float | None
    last: float | None
    first: float | None
    brought: str
    interval: str
    share_interval: str
    removed: str
    met: str
    converted: str
    cautions: tuple[str, ...]
    is_money: bool

    def shown(self, amount: float) -> str:
        """Return an amount of this row's unit as people read it."""
        return _shown(amount, is_money=self.is_money)


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline: what it is, its figure, and a sentence."""

    name: str
    value: str
    below: str


@dataclass(frozen=True, slots=True)
class CautionShown:
    """What one remark of the table means."""

    name: str
    meaning: str


def of_report(made: Report, credited: Report, *, is_money: bool) -> tuple[Increment, ...]:
    """Return the rows of a run beside what first and last touch credit."""
    rules = {row["channel"]: row for row in credited.rows.to_pylist()}
    ordinary = zip(credited.rows.to_pylist(), credited.ranks, strict=True)
    touched = [row for row, rank in ordinary if rank == 0]
    wholes = {name: float(sum(row[name] for row in touched)) for name in ("last", "first")}
    key = "amount" if is_money else "conversions"
    rows = list(zip(made.rows.to_pylist(), made.ranks, strict=True))
    whole = float(sum(row[key] for row, _rank in rows if _is_of_touch(row["channel"], _rank)))
    return tuple(
        _increment(row, rank, (key, whole), (rules.get(row["channel"], {}), wholes))
        for row, rank in rows
    )


def tiles(found: tuple[Increment, ...]) -> tuple[Tile, ...]:
    """Return the few figures that say most."""
    channels = [one for one in found if one.rank == 0 and one.share is not None]
    anyway = [one for one in found if one.is_baseline and one.share is not None]
    made = []
    if channels and anyway:
        brought = channels[0].shown(sum(one.amount for one in channels))
        share = sum(one.share or 0.0 for one in channels)
        made = [
            Tile(
                _("Brought by the channels"),
                formats.percent(share),
                _("%(amount)s would not have been without them") % {"amount": brought},
            ),
            Tile(
                _("Would have come anyway"),
                formats.percent(anyway[0].share),
                _("likely %(interval)s") % {"interval": anyway[0].share_interval}
                if anyway[0].share_low is not None
                else "",
            ),
        ]
    return (*made, *_extremes(channels))


def cautions(found: tuple[Increment, ...]) -> tuple[CautionShown, ...]:
    """Return what the remarks in the table mean, each once."""
    named = dict.fromkeys(name for one in found for name in one.cautions)
    known = {str(name): str(meaning) for name, meaning in CAUTIONS.values()}
    return tuple(CautionShown(name, known[name]) for name in named if name in known)


def facts(run: IncrementalRun) -> tuple[str, ...]:
    """Return what a run was learned from."""
    learned = _(
        "Learned %(when)s from %(converted)s conversions with a touch and %(silent)s "
        "people who did not convert, over all dates."
    ) % {
        "when": formats.moment(run.finished_at, house.zone()),
        "converted": formats.count(run.conversions),
        "silent": formats.count(run.null_paths),
    }
    return (learned, _("Effects are learned by campaign and shown by channel."))


def _is_of_touch(channel: str, rank: int) -> bool:
    return rank == 0 or channel == BASELINE


def _increment(
    row: dict[str, Any],
    rank: int,
    own: tuple[str, float],
    others: tuple[dict[str, Any], dict[str, float]],
) -> Increment:
    (key, whole), (rules, wholes) = own, others
    is_money = key == "amount"
    amount, low, high = row[key] or 0, row[f"{key}_low"], row[f"{key}_high"]
    has_share = bool(whole) and _is_of_touch(row["channel"], rank)
    shares = [one / whole if has_share and one is not None else None for one in (low, high)]
    by_rule = [_share(rules.get(name), wholes[name]) for name in ("last", "first")]
    return Increment(
        channel=words.value(row["channel"]),
        hue=palette.hue(row["channel"]),
        rank=rank,
        is_baseline=row["channel"] == BASELINE,
        amount=float(amount),
        last_amount=float(rules.get("last") or 0),
        share=amount / whole if has_share else None,
        share_low=shares[0],
        share_high=shares[1],
        last=by_rule[0] if rank == 0 else None,
        first=by_rule[1] if rank == 0 else None,
        brought=_shown(amount, is_money=is_money),
        interval=_between(low, high, lambda one: _shown(one, is_money=is_money)),
        share_interval=_between(shares[0], shares[1], formats.percent),
        removed=_lost(row, is_money=is_money),
        met=formats.count(row["exposed_persons"]),
        converted=formats.percent(
            row["exposed_conversions"] / row["exposed_persons"]
            if row["exposed_persons"]
            else None
        ),
        cautions=_called(row["cautions"] or ""),
        is_money=is_money,
    )


def _extremes(channels: list[Increment]) -> list[Tile]:
    """Return the channel that brings most, and the one that last touch flatters most."""
    if not channels:
        return []
    best = max(channels, key=lambda one: one.amount)
    flattered = max(channels, key=lambda one: one.last_amount - one.amount)
    made = []
    if best.amount > 0:
        made.append(
            Tile(
                _("Brings the most"),
                best.channel,
                _("%(amount)s, %(share)s of all")
                % {"amount": best.brought, "share": formats.percent(best.share)},
            )
        )
    if flattered.last_amount > flattered.amount:
        made.append(
            Tile(
                _("Most flattered by last touch"),
                flattered.channel,
                _("credited %(credited)s, brought %(brought)s")
                % {
                    "credited": flattered.shown(flattered.last_amount),
                    "brought": flattered.brought,
                },
            )
        )
    return made


def _share(amount: float | None, whole: float) -> float | None:
    return (amount or 0) / whole if whole else None


def _lost(row: dict[str, Any], *, is_money: bool) -> str:
    """Return the conversions lost without the channel; nobody works that out in money."""
    if row["removed"] is None or is_money:
        return formats.BLANK
    return formats.count(row["removed"])


def _called(text: str) -> tuple[str, ...]:
    flags = (flag for flag in text.split("; ") if flag)
    return tuple(str(CAUTIONS[flag][0]) if flag in CAUTIONS else flag for flag in flags)


def _between(low: float | None, high: float | None, shown: Any) -> str:
    if low is None or high is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": shown(low), "high": shown(high)}


def _shown(value: float, *, is_money: bool) -> str:
    return formats.short_money(value, house.currency()) if is_money else formats.count(value)
