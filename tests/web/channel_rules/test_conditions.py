"""A condition is filled in as rows and groups, and comes back as it was."""

from __future__ import annotations

from typing import Any

import pytest

from headwater.journeys.channels import default_rules
from headwater.journeys.channels.conditions import Condition
from headwater.web.channel_rules import conditions
from headwater.web.channel_rules.conditions import Filled
from headwater.web.channel_rules.wording import Part, in_words

CPC = {"field": "medium", "equals": "cpc"}
BRAND = {"field": "campaign", "starts_with": "hw-"}
PAID = {"term": "paid"}
UNKNOWN = {"field": "source", "is_set": False}
LISTED = {"field": "source", "one_of": ["a", "b c"]}


def there_and_back(told: dict[str, Any]) -> tuple[Filled, Condition | None]:
    filled = conditions.of_condition(Condition.model_validate(told))
    condition, checked = conditions.read(filled)
    assert not checked.has_problem
    return filled, condition


@pytest.mark.parametrize(
    "told",
    [
        CPC,
        {"not": CPC},
        PAID,
        {"not": PAID},
        UNKNOWN,
        LISTED,
        {"all": [CPC, {"not": LISTED}, PAID]},
        {"any": [CPC, BRAND]},
        {"all": [CPC, {"any": [BRAND, UNKNOWN]}]},
        {"any": [{"all": [CPC, BRAND]}, {"any": [PAID, LISTED]}]},
    ],
)
def test_what_fits_the_form_comes_back_as_it_was(told: dict[str, Any]) -> None:
    filled, condition = there_and_back(told)
    assert not filled.is_text
    assert condition == Condition.model_validate(told)


@pytest.mark.parametrize(
    "told",
    [
        {"not": {"all": [CPC, BRAND]}},
        {"all": [CPC, {"any": [BRAND, {"all": [CPC, PAID]}]}]},
        {"field": "source", "one_of": ["a, b"]},
        {"field": "source", "equals": ""},
        {"field": "source", "equals": " x"},
    ],
)
def test_what_does_not_is_shown_as_text(told: dict[str, Any]) -> None:
    filled, condition = there_and_back(told)
    assert filled.is_text
    assert condition == Condition.model_validate(told)


@pytest.mark.parametrize("rule", default_rules().file.rules, ids=lambda rule: rule.name)
def test_every_shipped_rule_can_be_filled_in_and_said(rule: Any) -> None:
    filled = conditions.of_condition(rule.when)
    condition, _checked = conditions.read(filled)
    assert rule.when is None or condition is not None
    assert _texts(in_words(rule.when)) or rule.when is None


def _texts(part: Part) -> list[str]:
    return [part.text] * bool(part.text) + [text for one in part.parts for text in _texts(one)]


def test_the_form_and_the_text_are_two_ways_of_writing_one_thing() -> None:
    filled = conditions.of_condition(Condition.model_validate({"any": [CPC, BRAND]}))
    as_text = conditions.pressed(filled, "text")
    assert as_text.is_text
    assert "starts_with" in as_text.text
    assert conditions.pressed(as_text, "form").groups == filled.groups
    deep = Filled(is_text=True, text='{ not = { any = [{ term = "paid" }, { term = "x" }] } }')
    assert conditions.pressed(deep, "form").is_text
    assert "nested too deep" in conditions.pressed(deep, "form").problem


@pytest.mark.parametrize(
    "text", ["", "{ field = ", '{ field = "colour", equals = "x" }', '"paid"', "1\nrules = 2"]
)
def test_a_text_that_is_no_condition_is_refused(text: str) -> None:
    condition, checked = conditions.read(Filled(is_text=True, text=text))
    assert condition is None
    assert checked.problem


def test_conditions_are_said_in_words() -> None:
    told = {"all": [CPC, {"not": PAID}, {"any": [LISTED, UNKNOWN]}]}
    assert in_words(Condition.model_validate(told)) == Part(
        "all",
        parts=(
            Part("text", "Medium is “cpc”"),
            Part("text", "not “paid”"),
            Part(
                "any",
                parts=(
                    Part("text", "Source is one of “a”, “b c”"),
                    Part("text", "Source is not known"),
                ),
            ),
        ),
    )
    many = {"field": "source", "one_of": [str(number) for number in range(10)]}
    assert in_words(Condition.model_validate(many)).text.endswith("“7” and 2 more")
