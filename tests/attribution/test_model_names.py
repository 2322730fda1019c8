"""A model is chosen by a text, read strictly: a typing error never means another model."""

from __future__ import annotations

import pytest

from headwater.attribution import MODELS, by_channel, by_position, model
from headwater.attribution.catalogue import models
from headwater.attribution.models import ByChannel, ByPosition, Milestones, TimeDecay
from headwater.domain.errors import InputError, UnknownName
from headwater.domain.times import DAY, HOUR


def test_the_registry_holds_every_rule_of_the_field() -> None:
    assert list(MODELS) == [
        "first",
        "last",
        "first_non_direct",
        "last_non_direct",
        "linear",
        "position",
        "u_lead",
        "w_shaped",
        "full_path",
        "time_decay",
    ]
    assert all(one.label == name for name, one in MODELS.items())


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("position(f=.3,l=.5)", (0.3, 0.5)),
        ("position( l = .5 , f = .3 )", (0.3, 0.5)),
        ("position(.3, .5)", (0.3, 0.5)),
        ("position(.3)", (0.3, 0.4)),
        ("position()", (0.4, 0.4)),
        ("position(1,0)", (1.0, 0.0)),
    ],
)
def test_parameters_go_by_name_or_by_order(text: str, meant: tuple[float, float]) -> None:
    found = model(text)
    assert isinstance(found, Milestones)
    assert (found.first, found.last) == meant
    assert found.rest == pytest.approx(1 - sum(meant))
    assert found.label == text


def test_a_half_life_is_a_span_of_time() -> None:
    assert model("time_decay") == TimeDecay("time_decay", 7 * DAY)
    assert model("time_decay(half_life=36h)") == TimeDecay(
        "time_decay(half_life=36h)", 36 * HOUR
    )


def test_custom_weights_are_json_so_that_channels_may_have_any_name() -> None:
    text = 'custom({"channels": {"a, (b) = c": 2}, "others": 0.5})'
    assert model(text) == ByChannel(text, (("a, (b) = c", 2.0),), 0.5)
    text = 'custom({"head": [5, 2], "tail": [3], "rest": 1})'
    assert model(text) == ByPosition(text, (5.0, 2.0), (3.0,), 1.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("linaer", "Did you mean 'linear'?"),
        ("", "There is no model ''"),
        ("first(", "There is no model 'first('"),
        ("markov(order=1)", "There is no model 'markov'"),
    ],
)
def test_an_unknown_model_is_refused_with_the_names_there_are(text: str, says: str) -> None:
    with pytest.raises(UnknownName, match=says.replace("(", r"\(").replace("?", r"\?")):
        model(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("first(1)", "a parameter too many"),
        ("position(f=.4,g=.4)", "'g=.4'"),
        ("position(.1,.2,.3)", "too many"),
        ("position(f=.1,f=.2)", "named twice"),
        ("position(f=x)", "write a number"),
        ("position(f=nan)", "nan"),
        ("position(f=-.1)", "-0.1"),
        ("position(f=.8,l=.4)", "sum to 1.2"),
        ("w_shaped(.3,.3,.3,.3)", "sum to 1.2"),
        ("time_decay(half_life=7)", "not a span of time"),
        ("time_decay(half_life=unlimited)", "must end"),
        ("custom", "cannot be read"),
        ("custom({})", "cannot be read"),
        ("custom(head=5)", "cannot be read"),
        ('custom({"head": 5})', "cannot be read"),
        ('custom({"channels": {"a": "x"}})', "cannot be read"),
        ('custom({"head": [0]})', "gives nothing"),
        ('custom({"head": [-1], "rest": 1})', "weights are 0 or more"),
        ('custom({"head": [1], "others": 1})', "cannot be read"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        model(text)


def test_custom_models_can_be_made_in_python() -> None:
    assert by_position([5], [2, 3], 1, label="ours").label == "ours"
    assert by_channel({"Direct": 0}, label="no direct").needs == {"channel"}
    with pytest.raises(InputError, match="gives nothing"):
        by_channel({}, others=0, label="none")


def test_models_are_named_once_each_and_as_a_list() -> None:
    with pytest.raises(InputError, match="named twice"):
        models(["first", "first"])
    with pytest.raises(InputError, match="at least one model"):
        models([])
    with pytest.raises(InputError, match="as a list"):
        models("first")
