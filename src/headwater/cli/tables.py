"""Reports and journeys as tables on a terminal, made from the same JSON that scripts get."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from rich.table import Table

from headwater.cli.console import OUTPUT, SPEECH

_BLANK: Final = "·"


def _count(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


_SHOWN: Final[Mapping[str, Callable[[float], str]]] = {
    "count": _count,
    "money": lambda value: f"{value:,.2f}",
    "rate": lambda value: f"{value:.1%}",
    "ratio": lambda value: f"{value:,.2f}",
    "days": lambda value: f"{value:,.1f}",
}


def shown(value: object, kind: str) -> str:
    """Return a cell as people read it; what cannot be known is a middle dot."""
    if value is None:
        return _BLANK
    form = _SHOWN.get(kind)
    return form(float(str(value))) if form else str(value)


def show_report(report: Mapping[str, Any]) -> None:
    """Print the rows, the total and what the figures mean."""
    header = report["header"]
    table = Table(title=report["title"], caption=_caption(header), show_footer=True)
    total = report["total"][0] if report["total"] else {}
    for column in report["columns"]:
        is_text = column["kind"] == "text"
        foot = "" if is_text else shown(total.get(column["name"]), column["kind"])
        table.add_column(
            column["title"],
            footer=foot,
            justify="left" if is_text else "right",
            overflow="fold",
        )
    for row in report["rows"]:
        table.add_row(
            *(shown(row[column["name"]], column["kind"]) for column in report["columns"])
        )
    OUTPUT.print(table)


def _caption(header: Mapping[str, Any]) -> str:
    dates = f"{header['from'] or 'the beginning'} to {header['to'] or 'now'}"
    told = (
        f"model {header['model']}",
        f"lookback {header['lookback']}",
        f"dated by {header['date_basis']}",
        f"{dates} ({header['timezone']})",
        header["currency"],
        f"as of {header['as_of'] or 'never'}",
        f"rules {header['rule_version']}",
    )
    return ", ".join(told)


def show_balance(report: Mapping[str, Any]) -> None:
    """Print the proof that the rows add up to the CRM's or shop's own totals."""
    for note in report["header"].get("notes", ()):
        SPEECH.print(f"Note: {note}", markup=False)
    if not report["balance"]:
        return
    table = Table(title="Balance", title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    for name in ("in the rows", "set apart", "total of the source", "difference"):
        table.add_column(name, justify="right")
    columns = {column["key"]: column for column in report["columns"]}
    for line in report["balance"]:
        column = columns.get(line["metric"], {"title": line["metric"], "kind": "count"})
        apart = sum(float(part["amount"]) for part in line["parts"])
        cells = (line["credited"], apart, line["total"], line["difference"])
        table.add_row(column["title"], *(shown(cell, column["kind"]) for cell in cells))
    SPEECH.print(table)


def show_journey(journey: Mapping[str, Any]) -> None:
    """Print every touch and conversion in the order of time, with what each touch earned."""
    table = Table(
        title=f"Journey of {journey['person_id']}", caption=_caption(journey["header"])
    )
    for title in ("When (UTC)", "What", "Channel", "Source / campaign", "Page", "Credit"):
        table.add_column(title, overflow="fold")
    for row in sorted([*_touches(journey), *_conversions(journey)]):
        table.add_row(*row[1:])
    OUTPUT.print(table)


def _touches(journey: Mapping[str, Any]) -> list[tuple[str, ...]]:
    earned: dict[str, list[str]] = {}
    for credit in journey["credits"]:
        kind = credit["conversion_id"].partition(":")[0]
        text = f"{kind} {credit['weight']:.1%} = {credit['value']:,.2f}"
        earned.setdefault(credit["touch_id"] or "", []).append(text)
    return [
        (
            f"{touch['touched_at']} 0",
            touch["touched_at"],
            touch["kind"],
            touch["channel"] or _BLANK,
            " / ".join(part for part in (touch["source"], touch["campaign"]) if part) or _BLANK,
            touch["landing_page"] or _BLANK,
            "\n".join(earned.get(touch["touch_id"], [])),
        )
        for touch in journey["touches"]
    ]


def _conversions(journey: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            f"{one['converted_at']} 1",
            one["converted_at"],
            f"* {one['kind']}",
            "",
            one["deal_id"] or one["order_id"] or "",
            "",
            "" if one["value"] is None else f"{one['value']:,.2f} {one['excluded'] or ''}",
        )
        for one in journey["conversions"]
    ]
