"""One person's journey: found by any of their ids, whole, with every cent accounted for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_tables import Ledger

from headwater.attribution import MODELS
from headwater.domain.errors import InputError, UnknownName
from headwater.domain.times import DAY
from headwater.reports import ReportRequest, journey, person_of

ALL = ReportRequest()

IDS = {
    "anna": "anna",
    "crm:7": "anna",
    "external:crm:7": "anna",
    "v1": "anna",
    "D1": "anna",
    "S1": "anna",
    "v3": "v3",
    "D2": "bob",
}


@pytest.mark.parametrize("asked", IDS)
def test_a_person_is_found_by_any_id(books: Ledger, asked: str) -> None:
    assert person_of(books, asked) == IDS[asked]


@pytest.mark.parametrize("asked", ["nobody", "D4", "", "' or 1=1 --"])
def test_an_id_that_names_nobody_says_so(books: Ledger, asked: str) -> None:
    with pytest.raises(InputError, match="Nobody is known"):
        person_of(books, asked)


def test_every_touch_and_conversion_stands_in_order(books: Ledger) -> None:
    seen = journey(books, "anna", ALL)

    assert [touch.touch_id for touch in seen.touches] == ["s1", "s2"]
    assert [touch.session_id for touch in seen.touches] == ["s1", "s2"]
    assert [touch.fact_id for touch in seen.touches] == [None, None]
    assert [one.conversion_id for one in seen.conversions] == [
        "lead:anna",
        "opportunity:D1",
        "won:D1",
        "order:S1",
        "refund:S1:0",
    ]
    assert seen.lead_at == seen.conversions[0].converted_at


def test_every_cent_of_every_conversion_is_told_under_every_model(books: Ledger) -> None:
    seen = journey(books, "anna", ALL)

    assert set(seen.models) == set(MODELS)
    for model in seen.models:
        for one in seen.conversions:
            shares = [
                credit
                for credit in seen.credits
                if (credit.model, credit.conversion_id) == (model, one.conversion_id)
            ]
            assert sum(credit.weight for credit in shares) == pytest.approx(1)
            assert sum(credit.value_minor for credit in shares) == one.value_minor


def test_what_one_touch_earned_can_be_asked(books: Ledger) -> None:
    seen = journey(books, "anna", replace(ALL, models=("linear",)))
    earned = {credit.conversion_id: credit.value_minor for credit in seen.credits_of("s1")}

    assert earned == {
        "lead:anna": 0,
        "opportunity:D1": 50_001,
        "won:D1": 50_001,
        "order:S1": 30_000,
        "refund:S1:0": -5_000,
    }


def test_another_lookback_is_credited_on_the_spot(books: Ledger) -> None:
    seen = journey(books, "anna", replace(ALL, lookback=9 * DAY, models=("linear",)))
    lead = [credit for credit in seen.credits if credit.conversion_id == "lead:anna"]

    assert [(credit.touch_id, credit.weight) for credit in lead] == [("s2", 1.0)]


def test_a_person_without_a_touch_is_credited_to_no_touch(books: Ledger) -> None:
    seen = journey(books, "cleo", replace(ALL, models=("last",)))

    assert seen.touches == ()
    assert {credit.touch_id for credit in seen.credits} == {None}
    assert len(seen.credits_of(None)) == 3


def test_a_visitor_who_never_converted_has_touches_alone(books: Ledger) -> None:
    seen = journey(books, "v3", ALL)

    assert [touch.touch_id for touch in seen.touches] == ["s4"]
    assert (seen.conversions, seen.credits, seen.lead_at) == ((), (), None)


def test_a_model_that_does_not_exist_is_named(books: Ledger) -> None:
    with pytest.raises(UnknownName, match="magic"):
        journey(books, "anna", replace(ALL, models=("magic",)))
