"""How a person can be reached, computed from their number: name, e-mail, phone, employer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.world.arrays import Bools, Ints
from headwater.world.company import Company
from headwater.world.mix import choice, fraction
from headwater.world.people import country_of

_AT_WORK: Final = 0.42  # writes from the address of a firm
_OFFICE_PHONE: Final = 0.2  # of those: gives the firm's number, shared with colleagues
_TYPOS: Final = 0.02
_PEOPLE_A_FIRM: Final = 120  # of all people, of whom a few ever make themselves known
_STRIDE: Final = 7_368_787  # prime: spreads neighbours over the numbers of a country


@dataclass(frozen=True, slots=True)
class Contacts:
    """Plain originals of some people, one row each."""

    email: pa.Array
    mistyped: pa.Array  # the address as some people first type it
    phone: pa.Array
    name: pa.Array
    account_id: pa.Array  # null for private people


def _firms(numbers: Ints, people: int) -> tuple[Bools, Ints]:
    count = max(people // _PEOPLE_A_FIRM, 8)
    return fraction(numbers, 31) < _AT_WORK, choice(numbers, 32, count)


def _names(company: Company, numbers: Ints, country: Ints) -> tuple[pa.Array, pa.Array]:
    """Return (as written, as in an address) of each person."""
    books = company.books.people.countries
    pools = [
        (
            [entry.split("|") for entry in land.given],
            [entry.split("|") for entry in land.surname],
        )
        for land in books
    ]
    written = [
        f"{given[0]} {family[0]}"
        for firsts, lasts in pools
        for given in firsts
        for family in lasts
    ]
    typed = [
        f"{given[1]}.{family[1]}"
        for firsts, lasts in pools
        for given in firsts
        for family in lasts
    ]
    sizes = np.array([len(firsts) * len(lasts) for firsts, lasts in pools])
    starts = np.cumsum(sizes) - sizes
    index = pa.array(
        starts[country] + (fraction(numbers, 33) * sizes[country]).astype(np.int64)
    )
    return pa.array(written).take(index), pa.array(typed).take(index)


def _phones(company: Company, owners: Ints) -> pa.Array:
    """Return an E.164 number for each owner: different owners, different numbers."""
    lands = company.books.people.countries
    country = country_of(company, owners)
    spans = np.array([land.span for land in lands])[country]
    lows = np.array([land.low for land in lands])[country]
    digits = pa.array(lows + (owners * _STRIDE) % spans).cast(pa.string())
    prefixes = pa.array([f"+{land.phone}" for land in lands]).take(pa.array(country))
    return pc.binary_join_element_wise(prefixes, digits, "")


def _joined(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _domains(company: Company, numbers: Ints, firm: Ints, at_work: Bools) -> pa.Array:
    books = company.books.people
    words = [f"{word}{trade}" for word in books.company_words for trade in books.company_trades]
    stems = pa.array(words).take(pa.array(choice(firm, 34, len(words))))
    firms = _joined(stems, pa.array(firm).cast(pa.string()), ".example")
    private = pa.array(books.private_domains).take(
        pa.array(choice(numbers, 35, len(books.private_domains)))
    )
    return pc.if_else(pa.array(at_work), firms, private)


def contacts_of(company: Company, numbers: Ints, people: int) -> Contacts:
    """Return the originals of the people with these numbers; `people`: how many there are."""
    books = company.books.people
    country = country_of(company, numbers)
    name, typed = _names(company, numbers, country)
    at_work, firm = _firms(numbers, people)
    box = _joined(typed, pa.array(numbers).cast(pa.string()), "@")
    email = _joined(box, _domains(company, numbers, firm, at_work))
    wrong = pa.array(books.typo_domains).take(
        pa.array(choice(numbers, 36, len(books.typo_domains)))
    )
    slips = pa.array(fraction(numbers, 37) < _TYPOS)
    # Offices are numbered below zero: no person owns such a number.
    shared = at_work & (fraction(numbers, 38) < _OFFICE_PHONE)
    owners = np.where(shared, -1 - firm, numbers)
    firm_ids = _joined("crm:account-", pa.array(firm).cast(pa.string()))
    return Contacts(
        email=email,
        mistyped=pc.if_else(slips, _joined(box, wrong), email),
        phone=_phones(company, owners),
        name=name,
        account_id=pc.if_else(pa.array(at_work), firm_ids, pa.scalar(None, pa.string())),
    )
