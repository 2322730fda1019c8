"""Finding leads: by part of a name, e-mail, phone number, id, channel or stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.domain.errors import InputError, UnknownName
from headwater.web import formats, house, words
from headwater.web.dashboards.controls import Choice, choice
from headwater.web.leads import people
from headwater.web.sqlfiles import ask

PAGE: Final = 50
_OPTIONS: Final = frozenset({"q", "channel", "stage", "page"})
_NO_DEAL: Final = "(no deal)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty texts do not matter."""

    text: str
    channel: str
    stage: str
    page: int

    def query(self, page: int) -> str:
        """Return the address's pairs for another page of the same search."""
        pairs = {
            "q": self.text,
            "channel": self.channel,
            "stage": self.stage,
            "page": str(page),
        }
        return urlencode({name: value for name, value in pairs.items() if value})


@dataclass(frozen=True, slots=True)
class Lead:
    """One line of the list."""

    person_id: str
    name: str
    email: str
    lead_at: int
    channel: str
    origin: str
    stage: str
    status: str
    touches: int
    deals: int
    won_minor: int
    open_minor: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of leads, and where it lies among all that fit."""

    leads: tuple[Lead, ...]
    count: int
    sentence: str
    previous: str
    following: str


def read(query: QueryDict) -> Wanted:
    """Read a search; InputError names the option that is wrong."""
    for name in query:
        if name not in _OPTIONS:
            raise UnknownName("option of this screen", name, _OPTIONS)
    page = query.get("page", "") or "1"
    if not page.isascii() or not page.isdigit() or not 1 <= int(page) <= 100_000:
        raise InputError(f"The page '{page}' is not a positive whole number.")
    return Wanted(
        text=query.get("q", "").strip()[:200],
        channel=query.get("channel", ""),
        stage=query.get("stage", ""),
        page=int(page),
    )


def find(wanted: Wanted) -> Found:
    """Return the leads that fit, the newest first."""
    rows = ask(
        "leads_listed",
        {
            "has_search": bool(wanted.text),
            "persons": _persons(wanted.text),
            "search_id": wanted.text.lower(),
            "channel": wanted.channel,
            "stage": wanted.stage,
            "skip": (wanted.page - 1) * PAGE,
            "most": PAGE,
        },
    ).to_pylist()
    known = people.originals_of([row["person_id"] for row in rows])
    count = rows[0]["all_leads"] if rows else 0
    text = ngettext("%(count)s lead", "%(count)s leads", count)
    return Found(
        leads=tuple(
            _lead(row, known.get(row["person_id"], people.Originals())) for row in rows
        ),
        count=count,
        sentence=text % {"count": formats.count(count)},
        previous=wanted.query(wanted.page - 1) if wanted.page > 1 else "",
        following=wanted.query(wanted.page + 1) if wanted.page * PAGE < count else "",
    )


def filters(wanted: Wanted) -> tuple[Choice, ...]:
    """Return the channels and stages to choose from."""
    rows = house.remembered("lead filters", lambda: ask("lead_filters").to_pylist())
    return (
        _filter("channel", _("Channel"), _("All channels"), rows, wanted.channel),
        _filter("stage", _("Stage"), _("All stages"), rows, wanted.stage),
    )


def _filter(
    name: str, label: str, every: str, rows: Iterable[dict[str, Any]], chosen: str
) -> Choice:
    values = [row["value"] for row in rows if row["filter"] == name]
    names = {"": every} | {value: _value(value) for value in values}
    return choice(name, label, names, chosen)


def _value(text: str) -> str:
    return _("(no deal)") if text == _NO_DEAL else words.value(text)


def _persons(text: str) -> list[str]:
    """Return who a search text names."""
    if not text:
        return []
    vault = house.workspace().facts.vault
    key = f"external:{text}"
    if "@" in text:
        key = f"email:{vault.email_key(text.lower())}"
    elif text.startswith("+"):
        digits = "".join(sign for sign in text if sign.isdigit())
        key = f"phone:{vault.phone_key('+' + digits)}"
    by_key = ask("persons_by_key", {"person_key": key}).column("person_id").to_pylist()
    return [*by_key, *people.search(text)]


def _lead(row: dict[str, Any], known: people.Originals) -> Lead:
    origin = (row["source"], row["campaign"], row["keyword"])
    return Lead(
        person_id=row["person_id"],
        name=known.name or known.email or known.phone or row["external_id"] or row["person_id"],
        email=known.email if known.name else "",
        lead_at=row["lead_at"],
        channel=row["channel"] or "",
        origin=" · ".join(part for part in origin if part),
        stage=row["last_stage"] or "",
        status=row["last_status"] or "",
        touches=row["touch_count"],
        deals=row["deal_count"],
        won_minor=int(row["won_minor"]),
        open_minor=int(row["open_minor"]),
    )
