"""The proof under a report, in words: what is credited, what is not, and that it adds up."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.reports import BalanceLine, Report
from headwater.web import words
from headwater.web.dashboards.tables import figure


@dataclass(frozen=True, slots=True)
class PartShown:
    """One part of a total that no ordinary row holds."""

    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class BalanceShown:
    """One metric's proof as text."""

    name: str
    credited: str
    parts: tuple[PartShown, ...]
    total: str
    difference: str
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the whole report adds up, with the lines of the columns shown."""

    is_exact: bool
    sentence: str
    lines: tuple[BalanceShown, ...]


def verdict(report: Report, keys: tuple[str, ...]) -> Verdict:
    """Return the proof of a report for these columns (all others still count)."""
    is_exact = report.balance.is_exact
    sentence = (
        _("Balances to the CRM to the cent")
        if is_exact
        else _("Does not balance to the CRM: report this as a fault")
    )
    currency = report.header.currency
    lines = [line for line in report.balance.lines if not keys or line.key in keys]
    return Verdict(is_exact, sentence, tuple(_shown(line, currency) for line in lines))


def _shown(line: BalanceLine, currency: str) -> BalanceShown:
    parts = tuple(
        PartShown(words.value(part.label), figure(part.amount, line.kind, currency))
        for part in line.parts
    )
    return BalanceShown(
        name=words.metric(line.key, words.model(line.title)),
        credited=figure(line.credited, line.kind, currency),
        parts=parts,
        total=figure(line.total, line.kind, currency),
        difference=figure(line.difference, line.kind, currency),
        is_exact=line.difference == 0,
    )
