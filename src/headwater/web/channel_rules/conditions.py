"""A condition as a form: groups of rows, each row a field, an operator and a value.

Rows of a group are joined by "all" or "any", and so are the groups; what is nested deeper is
written as text, as it stands in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext as _
from pydantic import ValidationError

from headwater.domain.errors import ConfigError
from headwater.journeys.channels.conditions import Condition
from headwater.web.channel_rules.wording import OPERATORS, operator_of
from headwater.web.sentences import said
from headwater.workspace.rule_text import condition_as_text, condition_of_text

TERM: Final = "term:"
_JOINS: Final = ("all", "any")
_MOST_ROWS: Final = 50
_MOST_GROUPS: Final = 20
_LONGEST: Final = 500
_WITHOUT_VALUE: Final = frozenset({"is_set", "term"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row as filled in; `problem` says what is wrong with it."""

    field: str = ""
    operator: str = "equals"
    value: str = ""
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was filled in."""
        return not self.field and not self.value.strip()


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of which all or any must hold."""

    how: str = "all"
    rows: tuple[Row, ...] = (Row(),)


@dataclass(frozen=True, slots=True)
class Filled:
    """What is filled in: groups of which all or any must hold, or a text in their place."""

    groups: tuple[Group, ...] = (Group(),)
    between: str = "all"
    is_text: bool = False
    text: str = ""
    problem: str = ""

    @property
    def has_problem(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.problem) or any(
            row.problem for group in self.groups for row in group.rows
        )


def of_condition(condition: Condition | None) -> Filled:
    """Return a condition to be changed."""
    if condition is None:
        return Filled()
    told = condition.model_dump(by_alias=True, exclude_none=True)
    text = condition_as_text(told)
    row = _row(condition)
    if row:
        return Filled((Group(rows=(row,)),), text=text)
    found = _groups(condition)
    if found is None:
        return Filled(is_text=True, text=text)
    return Filled(found, between="all" if condition.all else "any", text=text)


def of_post(post: Mapping[str, str]) -> Filled:
    """Return what a request filled in."""
    groups = []
    for number in range(_MOST_GROUPS):
        if f"g{number}-how" not in post:
            break
        how = post[f"g{number}-how"]
        rows = tuple(_posted_rows(post, number)) or (Row(),)
        groups.append(Group(how if how in _JOINS else "all", rows))
    between = post.get("between", "all")
    return Filled(
        groups=tuple(groups) or (Group(),),
        between=between if between in _JOINS else "all",
        is_text=post.get("mode") == "text",
        text=post.get("text", ""),
    )


def pressed(filled: Filled, button: str) -> Filled:
    """Return what a button makes of it: `row:0`, `group`, `drop:0:1`, `text` or `form`."""
    what, *numbers = button.split(":")
    places = [int(number) for number in numbers if number.isdigit()]
    groups = list(filled.groups)
    if what == "row" and places and places[0] < len(groups):
        group = groups[places[0]]
        groups[places[0]] = replace(group, rows=(*group.rows, Row())[:_MOST_ROWS])
    elif what == "group":
        groups = [*groups, Group()][:_MOST_GROUPS]
    elif what == "drop" and len(places) == 2 and places[0] < len(groups):
        group = groups[places[0]]
        rows = tuple(row for place, row in enumerate(group.rows) if place != places[1])
        groups[places[0] : places[0] + 1] = [replace(group, rows=rows)] if rows else []
    elif what in {"text", "form"}:
        return _switched(filled, to_text=what == "text")
    return replace(filled, groups=tuple(groups) or (Group(),))


def read(filled: Filled) -> tuple[Condition | None, Filled]:
    """Return the condition, and what was filled in with what is wrong with it."""
    return _of_text(filled) if filled.is_text else _of_rows(filled)


def _posted_rows(post: Mapping[str, str], group: int) -> Iterator[Row]:
    for number in range(_MOST_ROWS):
        name = f"g{group}-r{number}"
        if f"{name}-field" not in post:
            return
        yield Row(
            post[f"{name}-field"],
            post.get(f"{name}-operator", "equals"),
            post.get(f"{name}-value", ""),
        )


def _row(condition: Condition) -> Row | None:
    """Return a condition as a row; None where it is none or its values hold commas."""
    leaf, operator = operator_of(condition)
    if not operator:
        return None
    if leaf.term is not None:
        return Row(f"{TERM}{leaf.term}", operator)
    if leaf.field is None:
        return None
    value = getattr(leaf, leaf.operator)
    if leaf.one_of is not None:
        is_plain = all(one == one.strip() and one and "," not in one for one in leaf.one_of)
        return Row(leaf.field.value, operator, ", ".join(leaf.one_of)) if is_plain else None
    if isinstance(value, bool):
        return Row(leaf.field.value, operator)
    is_plain = value == value.strip() and value.isprintable() and value
    return Row(leaf.field.value, operator, value) if is_plain else None


def _groups(condition: Condition) -> tuple[Group, ...] | None:
    """Return an `all` or `any` as groups; None where it is nested deeper."""
    parts = condition.all or condition.any
    if parts is None:
        return None
    rows = [_row(part) for part in parts]
    if all(rows):
        return (Group("all" if condition.all else "any", tuple(filter(None, rows))),)
    groups = []
    for part, row in zip(parts, rows, strict=True):
        inner = [_row(one) for one in part.all or part.any or ()]
        if row is None and (not inner or not all(inner)):
            return None
        kept = (row,) if row else tuple(filter(None, inner))
        groups.append(Group("any" if part.any else "all", kept))
    return tuple(groups)


def _switched(filled: Filled, *, to_text: bool) -> Filled:
    """Return the same in the other way of writing; as it is where that cannot be."""
    condition, checked = read(filled)
    if to_text:
        kept = of_condition(condition).text if condition else filled.text
        return replace(filled, is_text=True, text=kept)
    if checked.has_problem:
        return checked
    shown = of_condition(condition)
    if shown.is_text:
        return replace(
            shown, problem=_("This is nested too deep for the form; change it as text.")
        )
    return shown


def _of_text(filled: Filled) -> tuple[Condition | None, Filled]:
    if not filled.text.strip():
        return None, replace(filled, problem=_("Say when the rule holds."))
    try:
        return Condition.model_validate(condition_of_text(filled.text)), filled
    except ConfigError as error:
        reason = said(str(error))
    except ValidationError as error:
        reason = _reason(error)
    text = _("This is no condition: %(reason)s") % {"reason": reason}
    return None, replace(filled, problem=text)


def _of_rows(filled: Filled) -> tuple[Condition | None, Filled]:
    groups, told = [], []
    for group in filled.groups:
        rows = [row for row in group.rows if not row.is_blank]
        checked = [_checked(row) for row in rows]
        groups.append(replace(group, rows=tuple(row for row, _told in checked) or (Row(),)))
        parts = [one for _row, one in checked if one is not None]
        if parts:
            told.append(parts[0] if len(parts) == 1 else {group.how: parts})
    shown = replace(filled, groups=tuple(groups))
    if shown.has_problem:
        return None, shown
    if not told:
        return None, replace(shown, problem=_("Say when the rule holds: fill in a row."))
    whole = told[0] if len(told) == 1 else {filled.between: told}
    return Condition.model_validate(whole), shown


def _checked(row: Row) -> tuple[Row, dict[str, Any] | None]:
    """Return a row with its problem, or what it says."""
    if not row.field:
        return replace(row, problem=_("Choose what the rule looks at.")), None
    if row.operator not in OPERATORS:
        return replace(row, problem=_("Choose how it is compared.")), None
    name = row.operator.removeprefix("not ")
    is_term = row.field.startswith(TERM)
    if is_term != (name == "term"):
        # A condition with a name only holds or does not; all else is compared.
        name = "term" if is_term else "is_set"
    value = row.value.strip()
    if name not in _WITHOUT_VALUE and (not value or len(value) > _LONGEST):
        text = _("Fill in what it is compared with: at most %(count)s signs.")
        return replace(row, problem=text % {"count": _LONGEST}), None
    told: dict[str, Any] = {"field": row.field, name: _typed(name, value)}
    if is_term:
        told = {"term": row.field.removeprefix(TERM)}
    if row.operator.startswith("not "):
        told = {"field": row.field, "is_set": False} if name == "is_set" else {"not": told}
    try:
        Condition.model_validate(told)
    except ValidationError as error:
        text = _("“%(value)s” cannot be used: %(reason)s")
        return replace(row, problem=text % {"value": value, "reason": _reason(error)}), None
    return row, told


def _typed(name: str, value: str) -> object:
    if name == "one_of":
        return [part.strip() for part in value.split(",") if part.strip()]
    return True if name == "is_set" else value


def _reason(error: ValidationError) -> str:
    return said(str(error.errors()[0]["msg"]).removeprefix("Value error, "))
