"""Reports and journeys as tables on a terminal, made from the same JSON that scripts get."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.box import SIMPLE
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from headwater.cli.console import OUTPUT, SPEECH

_BLANK: Final = "·"
_WIDEST_NAME: Final = 32
"""What a column of names may take of the width before its texts are broken."""
_FRAME: Final = 3
"""What the lines and blanks around a column take."""
_SHORT: Final = {"opportunity": "opp."}
"""Words that would take the room of the others in a column of 80."""


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
    """Print the rows, the total and what the figures mean.

    Columns that do not fit the width stand in further tables below, each with the names of the
    rows, so that no figure is broken over lines.
    """
    columns = [_laid_out(column, report) for column in report["columns"]]
    bands = _bands(columns, OUTPUT.width)
    for place, band in enumerate(bands):
        table = Table(
            title=report["title"] if place == 0 else None,
            caption=_caption(report["header"]) if place == len(bands) - 1 else None,
            show_footer=True,
        )
        for column in band:
            table.add_column(
                Text(column.title),
                footer=Text(column.foot),
                justify="left" if column.is_text else "right",
                overflow="fold",
                width=column.held,
            )
        for cells in zip(*(column.cells for column in band), strict=True):
            table.add_row(*map(Text, cells))
        OUTPUT.print(table)


@dataclass(frozen=True, slots=True)
class _Laid:
    """One column as text."""

    title: str
    foot: str
    cells: tuple[str, ...]
    is_text: bool

    @property
    def held(self) -> int:
        """What the column is given: all that its figures need, and of names so much."""
        return min(self.width, _WIDEST_NAME) if self.is_text else self.width

    @property
    def width(self) -> int:
        """What its widest unbroken word needs."""
        longest = max(self.title.split(), key=cell_len, default="")
        return max(map(cell_len, (longest, self.foot, *self.cells)))


def _laid_out(column: Mapping[str, Any], report: Mapping[str, Any]) -> _Laid:
    is_text = column["kind"] == "text"
    total = report["total"][0] if report["total"] else {}
    return _Laid(
        title=column["title"],
        foot="" if is_text else shown(total.get(column["name"]), column["kind"]),
        cells=tuple(shown(row[column["name"]], column["kind"]) for row in report["rows"]),
        is_text=is_text,
    )


def _bands(columns: Sequence[_Laid], width: int) -> list[list[_Laid]]:
    """Deal the columns out to tables that fit; texts before the first figure are in each."""
    figures = next((at for at, one in enumerate(columns) if not one.is_text), len(columns))
    names, rest = list(columns[:figures]), columns[figures:]
    if not rest:
        return [names]
    room = max(width - 1, 0)
    held = sum(one.held + _FRAME for one in names)
    bands: list[list[_Laid]] = []
    left = -1
    for column in rest:
        needed = column.held + _FRAME
        if not bands or needed > left:
            bands.append([*names])
            left = room - held
        bands[-1].append(column)
        left -= needed
    return bands


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
    """Print every touch and conversion in the order of time, with what each touch earned.

    The lines fit 80 columns: what is long stands in a line of its own below what it belongs to.
    """
    header = journey["header"]
    table = Table(
        title=f"Journey of {journey['person_id']}", caption=_caption(header), box=SIMPLE
    )
    table.add_column("When (UTC)", no_wrap=True)
    table.add_column("What", overflow="fold", ratio=1)
    table.add_column(f"Earned ({header['model']})", no_wrap=True, justify="right")
    for _moment, when, what, earned in sorted([*_touches(journey), *_conversions(journey)]):
        table.add_row(when, Text(what), Text(earned))
    OUTPUT.print(table)


def _touches(journey: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return (order, when, what, earned) of each touch, by the model of the header."""
    earned: dict[str, list[str]] = {}
    for credit in journey["credits"]:
        if credit["model"] == journey["header"]["model"]:
            told = _earned(credit)
            earned.setdefault(credit["touch_id"] or "", []).append(told)
    return [
        (
            f"{touch['touched_at']} 0",
            _minute(touch["touched_at"]),
            "\n".join(_touch_lines(touch)),
            "\n".join(earned.get(touch["touch_id"], [])),
        )
        for touch in journey["touches"]
    ]


def _earned(credit: Mapping[str, Any]) -> str:
    kind = credit["conversion_id"].partition(":")[0]
    value = f"{credit['value']:,.2f}" if credit["value"] else ""
    return f"{_SHORT.get(kind, kind)} {credit['weight']:>6.1%}{value:>12}"


def _touch_lines(touch: Mapping[str, Any]) -> list[str]:
    """Return the channel, and below it where the touch came from and went to."""
    kind = "" if touch["kind"] == "session" else f" ({touch['kind']})"
    origin = " / ".join(part for part in (touch["source"], touch["medium"]) if part)
    below = (origin, touch["campaign"], touch["keyword"], touch["landing_page"])
    return [f"{touch['channel'] or _BLANK}{kind}", *(f"  {part}" for part in below if part)]


def _conversions(journey: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    return [
        (
            f"{one['converted_at']} 1",
            _minute(one["converted_at"]),
            " ".join(
                part for part in (f"* {one['kind']}", one["deal_id"] or one["order_id"]) if part
            ),
            _worth(one),
        )
        for one in journey["conversions"]
    ]


def _worth(conversion: Mapping[str, Any]) -> str:
    """Return a conversion's value, and why it is not credited where it is not."""
    value = f"{conversion['value']:,.2f}" if conversion["value"] else ""
    excluded = f"not credited: {conversion['excluded']}" if conversion["excluded"] else ""
    return "\n".join(part for part in (value, excluded) if part)


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
