"""The conversions as people hand them in, made into the table that the kernels take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from headwater.attribution.amounts import whole_units
from headwater.attribution.checks import Input
from headwater.attribution.models import LEAD, OPPORTUNITY
from headwater.attribution.sources import TableInput, in_utc, table
from headwater.domain.errors import InputError, UnknownName

NOUN: Final = "conversions"
STAGES: Final[Mapping[str, str]] = {"lead": LEAD, "opportunity": OPPORTUNITY}
"""The column that each milestone's time is in, unless it is named otherwise."""
_ANCHOR: Final = "anchored_at"
_CONVERTED: Final = "converted_at"
_MINOR: Final = "value_minor"
_VALUE: Final = "value"


@dataclass(frozen=True, slots=True)
class Conversions:
    """Conversions with the kernels' names for columns."""

    table: pa.Table
    called: Mapping[str, str]
    """What renamed columns were called."""
    decimals: int | None
    """How many decimals a whole unit of value stands for; None: whole minor units came in."""

    @property
    def with_refunds(self) -> bool:
        """Whether a value is negative or comes with no conversion; asked of checked values."""
        least = [pc.min(self.table.column(_MINOR)).as_py()]
        if "counts" in self.table.column_names:
            least.append(pc.min(self.table.column("counts")).as_py() or -1)
        return any(one is not None and one < 0 for one in least)


def conversions(
    given: TableInput, milestones: Mapping[str, str] | None, zoneless: set[str]
) -> Conversions:
    """Return conversions of any kind of table; `zoneless` takes the columns taken as UTC.

    Raises InputError where columns lack or clash, BadRow for a value that is no amount.
    """
    rows = table(NOUN, given)
    names = _renamed(rows.column_names, milestones or {})
    called = {new: old for old, new in names.items()}
    rows = rows.rename_columns([names.get(name, name) for name in rows.column_names])
    for name in (_ANCHOR, LEAD, OPPORTUNITY):
        seen: set[str] = set()
        rows = in_utc(rows, name, seen)
        zoneless |= {called.get(one, one) for one in seen}
    return _with_units(Conversions(rows, called, None))


def _renamed(present: list[str], milestones: Mapping[str, str]) -> dict[str, str]:
    names: dict[str, str] = {}
    if _ANCHOR not in present and _CONVERTED in present:
        names[_CONVERTED] = _ANCHOR
    for stage, column in milestones.items():
        if stage not in STAGES:
            raise UnknownName("milestone", stage, STAGES)
        if column not in present:
            raise InputError(
                f"The conversions lack the column '{column}', which the milestone '{stage}' is "
                f"said to be in. The columns present: {', '.join(present)}."
            )
        names[column] = STAGES[stage]
    for old, new in names.items():
        if old != new and new in present and new not in names:
            raise InputError(
                f"The conversions have '{old}' and '{new}' for one thing; leave one out."
            )
    return names


def _with_units(given: Conversions) -> Conversions:
    rows = given.table
    if _VALUE not in rows.column_names:
        return given
    if _MINOR in rows.column_names:
        raise InputError(
            f"The conversions have both '{_VALUE}' and '{_MINOR}' (whole minor units, such as "
            "cents); leave one out."
        )
    units, decimals = whole_units(Input(NOUN, rows, called=given.called), _VALUE)
    place = rows.column_names.index(_VALUE)
    rows = rows.set_column(place, _MINOR, units)
    return Conversions(rows, {**given.called, _MINOR: _VALUE}, decimals)
