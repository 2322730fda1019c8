"""Rules that people write: put before the shipped ones, checked, explained, versioned."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.domain.errors import ConfigError
from headwater.journeys.channels import (
    Arrival,
    RuleFile,
    RuleSet,
    classify,
    default_rules,
    explain,
)

CUSTOM = """
channels = ["Partners"]

[[rules]]
name = "partner-portal"
channel = "Partners"
when = { field = "referrer_domain", one_of = ["partner.example", "Friend.example"] }

[[rules]]
name = "brand-search"
channel = "Direct"
[rules.when]
all = [
    { field = "source_category", equals = "search" },
    { field = "keyword", contains = "Headwater" },
    { not = { term = "paid" } },
]
"""


@pytest.fixture
def custom() -> RuleSet:
    return default_rules().with_custom(RuleFile.parse(CUSTOM, "custom.toml"))


def test_custom_rules_decide_first(custom: RuleSet) -> None:
    partner = Arrival(referrer="https://portal.partner.example/x")
    assert classify(partner).channel == "Referral"
    assert classify(partner, custom).channel == "Partners"
    assert "Partners" in custom.channels
    branded = Arrival(referrer="https://www.google.com/search?q=HEADWATER+login")
    assert classify(branded, custom).channel == "Direct"
    assert (
        classify(Arrival(utm_source="bing", utm_medium="cpc"), custom).channel == "Paid Search"
    )


def test_custom_words_are_added_and_may_move_a_word() -> None:
    words = RuleFile.parse('[words]\n"Offline" = ["Hannover Messe", "Social"]')
    rules = default_rules().with_custom(words)
    for written in ("hannover-messe", "social", "leaflet"):
        assert classify(Arrival(source=written), rules).channel == "Offline"
    assert classify(Arrival(source="social_media"), rules).channel == "Organic Social"


OPERATORS = [
    ('equals = "Spring Sale"', True),
    ('equals = "spring"', False),
    ('one_of = ["autumn", "SPRING SALE"]', True),
    ('contains = "ing s"', True),
    ('starts_with = "spring"', True),
    ('ends_with = "spring"', False),
    ('matches = "^spring [a-z]+$"', True),
    ('matches = "^sale"', False),
    ("is_set = true", True),
    ("is_set = false", False),
]


@pytest.mark.parametrize(("operator", "holds"), OPERATORS)
def test_each_operator_compares_in_lower_case(operator: str, holds: bool) -> None:
    text = f"""
    [[rules]]
    name = "mine"
    channel = "Audio"
    when = {{ field = "campaign", {operator} }}
    """
    rules = default_rules().with_custom(RuleFile.parse(text))
    arrival = Arrival(utm_source="a", utm_campaign="Spring+Sale")
    assert (classify(arrival, rules).rule == "mine") is holds


WRONG = [
    ("rules = 1", "rules: Input should be a valid"),
    ("[[rules]", "is not TOML"),
    ('[[rules]]\nchannel = "Email"', "rule 1, name: Field required"),
    ('[[rules]]\nname = "a"\nchannel = "Emial"', "'Emial', which is not listed"),
    ('[[rules]]\nname = "direct"\nchannel = "Direct"', "'direct' is used twice"),
    ('[[rules]]\nname = "a"\nchannel = "Email"\nwhen = {}', "exactly one of field, all, any"),
    (
        '[[rules]]\nname = "a"\nchannel = "Email"\nwhen = { field = "colour", equals = "x" }',
        "rule 1 ('a'), when.field",
    ),
    (
        '[[rules]]\nname = "a"\nchannel = "Email"\nwhen = { field = "medium" }',
        "a field needs exactly one of equals",
    ),
    (
        '[[rules]]\nname = "a"\nchannel = "Email"\n'
        'when = { field = "medium", equals = "a", contains = "b" }',
        "has equals, contains",
    ),
    (
        '[[rules]]\nname = "a"\nchannel = "Email"\nwhen = { term = "payd" }',
        "term 'payd', which is not defined",
    ),
    ('[words]\n"Emial" = ["mail"]', "`words` names the channel 'Emial'"),
    ('colour = "red"', "colour: Extra inputs"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_wrong_rule_is_named_with_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        default_rules().with_custom(RuleFile.parse(text, "custom.toml"))
    assert message in str(caught.value)


RUNAWAYS = [
    ("(a+)+$", "repeat a group"),
    ("(a|aa)*b", "repeat a group"),
    ("(a)\\\\1", "refer back"),
    ("(?=a)a", "look ahead"),
    ("a*a*a*b", "two of"),
    ("a?" * 20, "two of"),
    ("x" * 201, "longer than 200"),
    ("[", "not a regular expression"),
]


@pytest.mark.parametrize(("pattern", "message"), RUNAWAYS)
def test_a_pattern_that_could_run_away_is_refused(pattern: str, message: str) -> None:
    text = f"""
    [[rules]]
    name = "mine"
    channel = "Audio"
    when = {{ field = "campaign", matches = "{pattern}" }}
    """
    with pytest.raises(ConfigError, match="rule 1 \\('mine'\\), when") as caught:
        RuleFile.parse(text)
    assert message in str(caught.value)


def test_conditions_cannot_be_nested_without_end() -> None:
    deep = '{ field = "medium", is_set = true }'
    for _ in range(8):
        deep = f"{{ not = {deep} }}"
    with pytest.raises(ConfigError, match="nested more than 6 deep"):
        RuleFile.parse(f'[[rules]]\nname = "a"\nchannel = "Email"\nwhen = {deep}')
    with pytest.raises(ConfigError):
        RuleFile.parse("x = " + "[" * 100_000)


def test_a_rules_file_is_loaded_whole(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(
        'channels = ["Unassigned"]\n[[rules]]\nname = "all"\nchannel = "Unassigned"\n'
    )
    assert classify(Arrival(source="google"), RuleSet.load(file)).rule == "all"
    file.write_text('channels = ["Unassigned"]')
    assert classify(Arrival(source="google"), RuleSet.load(file)).channel == "Unassigned"
    file.write_text("")
    with pytest.raises(ConfigError, match="no channel 'Unassigned'"):
        RuleSet.load(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        RuleSet.load(tmp_path / "absent.toml")
    file.write_bytes(b"\xff\xfe\x00binary")
    with pytest.raises(ConfigError, match="cannot be read"):
        RuleSet.load(file)


def test_the_version_follows_the_content_and_nothing_else(custom: RuleSet) -> None:
    shipped = default_rules()
    again = default_rules().with_custom(RuleFile.parse("# a comment\n" + CUSTOM))
    assert RuleSet.load().version == shipped.version
    assert custom.version == again.version
    owned = shipped.with_own_domains(["a.example", "b.example"])
    assert owned.version == shipped.with_own_domains(["B.example", "a.example "]).version
    assert len({shipped.version, custom.version, owned.version}) == 3
    assert shipped.with_custom(RuleFile()).version == shipped.version


def test_the_explanation_names_the_rule_and_the_conditions_that_held() -> None:
    explanation = explain(Arrival(utm_source="Google", utm_medium="CPC"))
    assert explanation.decided_by == "tags"
    assert explanation.tried[-1] == "paid-search"
    assert explanation.because == (
        'source_category is "search"',
        'medium "cpc" contains "cp"',
    )


EXPLAINED = [
    (
        Arrival(),
        "nothing",
        ('source is "(direct)"', 'medium "(none)" is one of the 3 listed'),
    ),
    (
        Arrival(source="organic_search"),
        "recorded",
        ('recorded_channel "Organic Search" is known',),
    ),
    (
        Arrival(click_id_kind="gclid"),
        "click id",
        ('source_category is "search"', 'medium "cpc" contains "cp"'),
    ),
    (Arrival(referrer="https://t.co/"), "referrer", ('source_category is "social"',)),
    (Arrival(source="zzz"), "recorded", ("no rule before it matched",)),
]


@pytest.mark.parametrize(("arrival", "decided_by", "because"), EXPLAINED)
def test_every_kind_of_decision_is_explained(
    arrival: Arrival, decided_by: str, because: tuple[str, ...]
) -> None:
    explanation = explain(arrival)
    assert (explanation.decided_by, explanation.because) == (decided_by, because)


def test_an_internal_arrival_is_explained() -> None:
    arrival = Arrival(referrer="https://www.paypal.com/", site="example.com")
    assert explain(arrival).decided_by == "own site or gateway"


def test_every_channel_of_ga4_and_ours_is_there() -> None:
    assert default_rules().channels == (
        "Direct", "Cross-network", "Paid Shopping", "Paid Search", "Paid Social", "Paid Video",
        "Display", "Paid Other", "Organic Shopping", "Organic Social", "Organic Video",
        "Organic Search", "Email", "Affiliates", "Referral", "Audio", "SMS",
        "Mobile Push Notifications", "Unassigned", "AI Assistant", "Offline", "Word of Mouth",
    )  # fmt: skip


ORDERED = """
[[rules]]
name = "second"
channel = "Audio"

[[rules]]
name = "first"
channel = "SMS"
priority = 5
when = { field = "source", equals = "list" }

[[rules]]
name = "late"
channel = "Display"
priority = 9
before = "referral"
when = { field = "medium", equals = "link" }
"""


def test_custom_rules_go_by_priority_and_before_the_shipped_rule_that_they_name() -> None:
    rules = default_rules().with_custom(RuleFile.parse(ORDERED))
    names = [rule.name for rule in rules.file.rules]
    assert names[:3] == ["first", "second", "recorded-channel"]
    assert names.index("late") == names.index("referral") - 1
    without = RuleFile.parse(
        ORDERED.replace('name = "second"', 'name = "x"\nbefore = "direct"')
    )
    placed = default_rules().with_custom(without)
    assert classify(Arrival(source="a", medium="link"), placed).channel == "Audio"
    assert classify(Arrival(source="list", medium="link"), placed).channel == "SMS"


def test_a_rule_cannot_come_before_one_that_is_not_there() -> None:
    text = '[[rules]]\nname = "a"\nchannel = "Email"\nbefore = "refferal"'
    with pytest.raises(ConfigError, match="'refferal', which is no shipped rule") as caught:
        default_rules().with_custom(RuleFile.parse(text))
    assert "referral" in str(caught.value)
