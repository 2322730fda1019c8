"""What only the fields of a row together can tell: money in its currency, a deal's status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from headwater.capture.importers.addresses import truncate
from headwater.domain.errors import BadRow, InputError
from headwater.domain.money import Money
from headwater.domain.words import DealStatus

Values = dict[str, object]

_AMOUNTS: Final = ("amount", "cost", "platform_value")


@dataclass(slots=True)
class Finisher:
    """Completes the rows of one file.

    `currency` is that of amounts whose row names none. `keyed` turns a personal text into a
    hash that only this store can make. `rounded` counts amounts finer than their currency.
    """

    kind: str
    currency: str | None
    keyed: Callable[[str], str]
    rounded: int = 0

    def finish(self, values: Values, row: int) -> list[BadRow]:
        """Complete the values of a row in place; return what was left out of it.

        BadRow if the row cannot be used.
        """
        self._finish_money(values, row)
        warnings = _finish_address(values, row)
        if self.kind == "deals" and "deal_id" not in values:
            values["deal_id"] = self._deal_id(values, row)
        step = _STEPS.get(self.kind)
        if step is not None:
            step(values, row)
        return warnings

    def _finish_money(self, values: Values, row: int) -> None:
        if not _has_money(values):
            return
        code = values.get("currency") or self.currency
        if code is None:
            raise BadRow(row, "currency", "", "is empty, and [money] currency is not set")
        values["currency"] = code
        for name in _AMOUNTS:
            amount = values.pop(name, None)
            if isinstance(amount, Decimal):
                values[f"{name}_minor"] = self._minor(amount, str(code), name, row)

    def _minor(self, amount: Decimal, currency: str, field: str, row: int) -> int:
        try:
            minor = Money(amount, currency).to_minor()
        except InputError as failure:
            raise BadRow(row, field, str(amount), str(failure)) from failure
        self.rounded += Money.from_minor(minor, currency).amount != amount
        return minor

    def _deal_id(self, values: Values, row: int) -> object:
        """Name a deal by whom it is with, where the file has no id of its own for it."""
        person = values.get("email") or values.get("phone")
        named = values.get("external_id") or (self.keyed(str(person)) if person else None)
        if named is None:
            raise BadRow(row, "deal_id", "", "is empty, and so is whoever the deal is with")
        return named


def _has_money(values: Values) -> bool:
    return any(name in _AMOUNTS or name.endswith("_minor") for name in values)


def _finish_address(values: Values, row: int) -> list[BadRow]:
    address = values.get("ip")
    if not isinstance(address, str):
        return []
    try:
        values["ip"] = truncate(address)
    except InputError as failure:
        del values["ip"]
        return [BadRow(row, "ip", address, str(failure))]
    return []


def _finish_lead(values: Values, row: int) -> None:
    del row
    values.setdefault("method", "import")


def _finish_event(values: Values, row: int) -> None:
    del row
    values.setdefault("name", "page_view")


def _finish_touchpoint(values: Values, row: int) -> None:
    del row
    values["name"] = "touchpoint"


def _finish_deal(values: Values, row: int) -> None:
    closed_at = values.get("closed_at")
    if "status" in values:
        _check_status(values, row)
    elif closed_at is None:
        values["status"] = DealStatus.OPEN.value
    else:
        raise BadRow(
            row,
            "status",
            "",
            "is empty though the deal has a closing date; map a column to 'status', or set it "
            "in [constants] if all are won",
        )
    moments = (values.pop("updated_at", None), closed_at, values.get("created_at"))
    for moment in moments:
        if moment is not None:
            values.setdefault("occurred_at", moment)


def _finish_stage(values: Values, row: int) -> None:
    if "status" in values:
        _check_status(values, row)


def _check_status(values: Values, row: int) -> None:
    status = str(values["status"]).lower()
    if status not in {known.value for known in DealStatus}:
        raise BadRow(
            row,
            "status",
            values["status"],
            "is none of open, won, lost; say which it is in the mapping's [values.status]",
        )
    values["status"] = status


def _finish_order(values: Values, row: int) -> None:
    del row
    amount = values["amount_minor"]
    if isinstance(amount, int):
        is_refund = bool(values.get("is_refund", amount < 0))
        values["is_refund"] = is_refund
        values["amount_minor"] = -abs(amount) if is_refund else amount


_STEPS: Final[dict[str, Callable[[Values, int], None]]] = {
    "leads": _finish_lead,
    "deals": _finish_deal,
    "stages": _finish_stage,
    "orders": _finish_order,
    "touchpoints": _finish_touchpoint,
    "events": _finish_event,
}
