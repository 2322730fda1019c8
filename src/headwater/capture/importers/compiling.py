"""A mapping meets the columns of a file: which cell goes to which field, and how it is read.

Everything that is wrong with the whole file (a column that is missing, an amount without a
currency) is found here, before the first row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from headwater.capture.importers.fields import FieldReader, parser
from headwater.capture.importers.kinds import SOMEONE, Shape, TableKind
from headwater.capture.importers.mapping import ColumnMapping, FieldSpec
from headwater.domain.errors import InputError, UnknownName
from headwater.facts.schemas import SCHEMAS

_DEAL_NAMES: Final = ("deal_id", "external_id", "email", "phone")


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read each row of one file."""

    kind: TableKind
    readers: tuple[FieldReader, ...]
    id_columns: tuple[str, ...]
    property_columns: tuple[str, ...]
    currency: str | None
    system: str | None
    notes: tuple[str, ...]


def compile_plan(
    kind: TableKind, mapping: ColumnMapping, columns: Sequence[str], region: str | None
) -> Plan:
    """Return how to read a file with these columns; InputError if it cannot be done.

    `region` is where phone numbers without a country code belong if the mapping is silent.
    """
    _check_fields(kind, mapping)
    specs = mapping.columns or {
        name: FieldSpec(column=name) for name in columns if name in kind.fields
    }
    _check_columns(mapping, specs, columns)
    names = dict.fromkeys([*specs, *mapping.constants])
    _check_enough(kind, mapping, set(names), columns)
    return Plan(
        kind=kind,
        readers=tuple(_reader(name, kind, mapping, specs.get(name), region) for name in names),
        id_columns=mapping.id,
        property_columns=mapping.properties,
        currency=mapping.money.currency,
        system=mapping.system,
        notes=() if mapping.columns else _note_on_unused(columns, names),
    )


def _reader(
    name: str,
    kind: TableKind,
    mapping: ColumnMapping,
    spec: FieldSpec | None,
    region: str | None,
) -> FieldReader:
    parse = parser(kind.fields[name], spec, mapping, region)
    fallback: object = None
    if name in mapping.constants:
        constant = mapping.constants[name]
        try:
            fallback = parse(constant)
        except InputError as failure:
            raise InputError(
                f"The mapping's key 'constants.{name}', value {constant!r}: it {failure}."
            ) from failure
    values = mapping.values.get(name, {})
    return FieldReader(name, spec.columns if spec else (), parse, values, fallback)


def _check_fields(kind: TableKind, mapping: ColumnMapping) -> None:
    for section in (mapping.columns, mapping.constants, mapping.values):
        for name in section:
            if name not in kind.fields:
                raise UnknownName(f"field of {kind.name} called", name, kind.fields)
    if mapping.properties and "properties" not in SCHEMAS[kind.fact].names:
        raise InputError(f"The mapping's key 'properties': {kind.name} keep no properties.")
    unused = set(mapping.values) - set(mapping.columns or kind.fields)
    if unused:
        raise InputError(
            f"The mapping's key 'values.{min(unused)}' has no column in [columns] to work on."
        )


def _check_columns(
    mapping: ColumnMapping, specs: dict[str, FieldSpec], columns: Sequence[str]
) -> None:
    wanted: dict[str, str] = dict.fromkeys(mapping.properties, "properties")
    wanted |= dict.fromkeys(mapping.id, "id")
    wanted |= {
        column: name
        for name, spec in specs.items()
        if not spec.optional
        for column in spec.columns
    }
    missing = [column for column in wanted if column not in columns]
    if missing:
        raise InputError(
            f"{' '.join(_missing(column, wanted[column], columns) for column in missing)} "
            f"The columns found are: {_listed(columns)}."
        )
    twice = [name for name, times in Counter(columns).items() if times > 1 and name in wanted]
    if twice:
        raise InputError(
            f"The column '{twice[0]}' is there more than once, so it is not clear which one "
            f"'{wanted[twice[0]]}' means. Rename one of them in the file."
        )


def _missing(column: str, field: str, columns: Sequence[str]) -> str:
    by_fold = {name.casefold(): name for name in columns}
    near = get_close_matches(column.casefold(), by_fold, n=1)
    hint = f" Did you mean '{by_fold[near[0]]}'?" if near else ""
    return f"The column '{column}' (for {field}) is not in the file.{hint}"


def _check_enough(
    kind: TableKind, mapping: ColumnMapping, names: set[str], columns: Sequence[str]
) -> None:
    found = f"The columns found are: {_listed(columns)}."
    missing = [name for name in kind.required if name not in _with_minor(names)]
    if missing:
        raise InputError(
            f"{kind.name} need a column for {' and '.join(missing)}: name it in the mapping's "
            f"[columns], or the column itself so. {found}"
        )
    someone = SOMEONE if kind.needs_someone else _DEAL_NAMES if kind.name == "deals" else ()
    if someone and names.isdisjoint(someone):
        raise InputError(
            f"{kind.name} need a column that says who or what it was: one of "
            f"{', '.join(someone)}. {found}"
        )
    for name in sorted(names):
        if f"{name}_minor" in names:
            raise InputError(f"Both '{name}' and '{name}_minor' are mapped; keep one of them.")
    has_amounts = any(_is_money(kind, name) for name in names)
    if has_amounts and "currency" not in names and mapping.money.currency is None:
        raise InputError(
            "There are amounts but no currency: set [money] currency in the mapping file, or "
            f"map a column to 'currency'. {found}"
        )


def _is_money(kind: TableKind, name: str) -> bool:
    return kind.fields[name] is Shape.AMOUNT or name.endswith("_minor")


def _with_minor(names: set[str]) -> set[str]:
    return names | {name.removesuffix("_minor") for name in names}


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(columns[:50]) + (", ..." if len(columns) > 50 else "")


def _note_on_unused(columns: Sequence[str], used: Iterable[str]) -> tuple[str, ...]:
    unused = [column for column in columns if column not in set(used)]
    if not unused:
        return ()
    return (f"Columns without a field of that name, so not used: {_listed(unused)}.",)
