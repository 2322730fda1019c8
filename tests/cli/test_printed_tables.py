"""What people read on a terminal: nothing is cut, and nothing is wrapped letter by letter."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pytest
from rich.console import Console

from headwater.cli import tables

HEADER = {
    "model": "linear", "lookback": "90d", "date_basis": "touch", "from": None, "to": None,
    "timezone": "UTC", "currency": "EUR", "as_of": "2026-11-22T14:43:59.814668+00:00",
    "rule_version": "65c51468b79b",
}  # fmt: skip


def touch(at: str, channel: str, source: str, campaign: str | None = None) -> dict[str, Any]:
    return {
        "touch_id": at, "touched_at": f"2026-01-{at}:53.098536+00:00", "kind": "session",
        "channel": channel, "source": source, "medium": "email", "campaign": campaign,
        "keyword": None, "landing_page": "/solar/how-much-does-it-save",
    }  # fmt: skip


def credit(touch_id: str, kind: str, weight: float, value: float, model: str) -> dict[str, Any]:
    return {
        "touch_id": touch_id, "conversion_id": f"{kind}:x", "model": model,
        "weight": weight, "value": value,
    }  # fmt: skip


JOURNEY = {
    "person_id": "p52174dad758dba2f15fcc78e",
    "header": HEADER,
    "touches": [
        touch("05T12:29", "Email", "newsletter", "newsletter-wakes-old-readers"),
        touch("06T09:00", "[b]Display", "criteo"),
    ],
    "conversions": [
        {
            "conversion_id": "won:x", "kind": "won", "deal_id": "deal-25016", "order_id": None,
            "converted_at": "2026-02-01T10:00:00+00:00", "value": 6900.0, "excluded": None,
        },
        {
            "conversion_id": "lead:x", "kind": "lead", "deal_id": None, "order_id": None,
            "converted_at": "2026-01-07T10:00:00+00:00", "value": 0.0, "excluded": "no date",
        },
    ],
    "credits": [
        credit("05T12:29", "opportunity", 0.5, 3450.0, "linear"),
        credit("05T12:29", "opportunity", 1.0, 6900.0, "first"),
        credit("05T12:29", "lead", 0.5, 0.0, "linear"),
    ],
}  # fmt: skip


def printed(
    monkeypatch: pytest.MonkeyPatch, width: int, journey: Mapping[str, Any] = JOURNEY
) -> list[str]:
    text = io.StringIO()
    console = Console(file=text, width=width, highlight=False)
    monkeypatch.setattr(tables, "OUTPUT", console)
    tables.show_journey(journey)
    return text.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 100, 120])
def test_a_journey_is_read_line_by_line_at_any_usual_width(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    lines = printed(monkeypatch, width)
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for whole in (
        "2026-01-05 12:29", "newsletter-wakes-old-readers", "/solar/how-much-does-it-save",
        "newsletter / email", "* won deal-25016", "opp.  50.0%    3,450.00",
    ):  # fmt: skip
        assert whole in text
    assert len(lines) < 24


def test_only_the_credit_of_the_model_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(printed(monkeypatch, 100))
    assert "Earned (linear)" in text
    assert "100.0%" not in text


def test_what_is_not_credited_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not credited: no date" in "\n".join(printed(monkeypatch, 100))


def test_names_are_never_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "[b]Display" in "\n".join(printed(monkeypatch, 80))


NAMES = {"name": "channel", "key": "channel", "title": "Channel", "kind": "text"}


def report(columns: int, name: str = "Organic Search") -> dict[str, Any]:
    names = [f"figure {place}" for place in range(columns)]
    row = {"channel": name, **dict.fromkeys(names, 1_234_567.0)}
    kinds = [
        {"name": one, "key": one, "title": f"{one} of all", "kind": "money"} for one in names
    ]
    return {
        "title": "Channels", "header": HEADER, "rows": [row, row | {"channel": "Email"}],
        "columns": [NAMES, *kinds],
        "total": [{"channel": None, **dict.fromkeys(names, 2_469_134.0)}], "balance": [],
    }  # fmt: skip


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("columns", [0, 1, 4, 27])
def test_no_figure_of_a_wide_report_is_broken(
    monkeypatch: pytest.MonkeyPatch, width: int, columns: int
) -> None:
    text = io.StringIO()
    monkeypatch.setattr(tables, "OUTPUT", Console(file=text, width=width, highlight=False))
    tables.show_report(report(columns))
    shown = text.getvalue()
    assert shown.count("1,234,567.00") == 2 * columns
    assert shown.count("2,469,134.00") == columns
    assert max(map(len, shown.splitlines())) <= width
    figures_on_a_line = max(line.count("1,234,567.00") for line in shown.splitlines())
    if figures_on_a_line:
        assert shown.count("Organic Search") == -(-columns // figures_on_a_line)


def test_a_long_name_leaves_room_for_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.StringIO()
    monkeypatch.setattr(tables, "OUTPUT", Console(file=text, width=80, highlight=False))
    tables.show_report(report(3, name="a-campaign-" * 30))
    assert text.getvalue().count("1,234,567.00") == 6
