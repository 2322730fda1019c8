"""Rules are changed in the text of their file, and its writer's comments stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.domain.errors import ConfigError
from headwater.journeys.channels import Rule, RuleFile
from headwater.workspace.rule_text import (
    condition_as_text,
    condition_of_text,
    edit,
    rule_as_text,
    written,
)

TEXT = """# Rules of ours. Ask Ann before changing them.

channels = ["Partners"]

# Those who resell us.
[[rules]]
name = "partner-sites"   # since 2024
channel = "Partners"
when = { field = "referrer_domain", one_of = ["partner.example", "reseller.example"] }

# --- search ---

# Who looks for our name knows us.
[[rules]]
name = "brand-search"
channel = "Direct"
[rules.when]
all = [
    { field = "source_category", equals = "search" },
    { field = "keyword", contains = "headwater" },  # not "head water"
]

[words]
"Offline" = ["Hannover Messe"]  # the fair
# the end
"""
COMMENTS = (
    "# Rules of ours",
    "# Those who resell",
    "# --- search",
    "# Who looks",
    "# the fair",
)


def rules_of(text: str) -> tuple[Rule, ...]:
    return RuleFile.parse(text).rules


def named(name: str, **more: object) -> Rule:
    when = {"field": "source", "equals": name}
    return Rule.model_validate({"name": name, "channel": "Audio", "when": when, **more})


def test_nothing_changed_is_the_same_text() -> None:
    done = edit(TEXT, rules_of(TEXT), ("Partners",))
    assert (done.text, done.loses_comments) == (TEXT, False)


def test_rules_change_places_with_their_comments() -> None:
    first, second = rules_of(TEXT)
    done = edit(TEXT, (second, first), ("Partners",))
    assert not done.loses_comments
    assert rules_of(done.text) == (second, first)
    assert all(comment in done.text for comment in COMMENTS)
    assert done.text.index("# Who looks") < done.text.index("# Those who resell")
    back = edit(done.text, (first, second), ("Partners",)).text
    assert rules_of(back) == (first, second)
    assert all(comment in back for comment in COMMENTS)


def test_a_rule_is_added_after_the_others_and_a_channel_to_the_list() -> None:
    more = named("podcasts")
    done = edit(TEXT, (*rules_of(TEXT), more), ("Partners", "Podcasts"))
    assert not done.loses_comments
    assert done.text.startswith(TEXT[: TEXT.index("channels")])
    assert 'channels = ["Partners", "Podcasts"]' in done.text
    assert rules_of(done.text)[-1] == more
    assert all(comment in done.text for comment in COMMENTS)


def test_a_rule_removed_takes_its_own_comment_along() -> None:
    done = edit(TEXT, rules_of(TEXT)[1:], ("Partners",))
    assert "resell" not in done.text
    assert "# Who looks" in done.text
    assert [rule.name for rule in rules_of(done.text)] == ["brand-search"]


def test_a_changed_rule_keeps_the_comment_above_it_and_says_what_is_lost() -> None:
    first, second = rules_of(TEXT)
    changed = first.model_copy(update={"priority": 7})
    done = edit(TEXT, (changed, second), ("Partners",))
    assert "# Those who resell us.\n[[rules]]" in done.text
    assert "since 2024" not in done.text
    assert done.loses_comments
    assert rules_of(done.text) == (changed, second)


def test_a_list_of_channels_with_comments_is_told_to_lose_them() -> None:
    text = 'channels = [\n  "A]", # one\n  "B",\n]\n'
    done = edit(text, (), ("A]", "B", "C"))
    assert done.loses_comments
    assert RuleFile.parse(done.text).channels == ("A]", "B", "C")


@pytest.mark.parametrize("text", ["", "# mine\n", '[words]\n"Audio" = ["radio show"]\n'])
def test_a_file_without_rules_gets_its_first(text: str) -> None:
    done = edit(text, (named("x"),), ("New",))
    assert not done.loses_comments
    assert text.strip() in done.text
    assert RuleFile.parse(done.text).channels == ("New",)
    assert rules_of(done.text) == (named("x"),)


@pytest.mark.parametrize(
    "text",
    [
        'rules = [{ name = "a", channel = "Audio" }] # all\n',
        '[[rules]]\nname = """\n[[rules]]\n"""\nchannel = "Audio" # odd\n',
    ],
)
def test_a_file_laid_out_in_another_way_is_written_anew_and_says_so(text: str) -> None:
    before = rules_of(text)
    done = edit(text, (named("x"), *before), ())
    assert done.loses_comments
    assert rules_of(done.text) == (named("x"), *before)


def test_what_is_no_file_of_rules_is_not_changed() -> None:
    with pytest.raises(ConfigError, match="not TOML"):
        edit("[[", (), ())
    with pytest.raises(ConfigError, match="used twice"):
        edit("", (named("x"), named("x")), ())


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
fields = st.sampled_from(["source", "medium", "campaign", "referrer_domain"])
leaves = st.one_of(
    st.builds(lambda field, text: {"field": field, "equals": text}, fields, texts),
    st.builds(
        lambda field, of: {"field": field, "one_of": of}, fields, st.lists(texts, min_size=1)
    ),
    st.builds(lambda field, yes: {"field": field, "is_set": yes}, fields, st.booleans()),
    st.just({"term": "paid"}),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=5,
).filter(lambda told: str(told).count("{") < 6)
rules = st.lists(
    st.builds(
        lambda name, channel, when, priority: Rule.model_validate(
            {"name": name, "channel": channel, "when": when, "priority": priority}
        ),
        texts, texts, st.none() | conditions, st.integers(-9, 9),
    ),
    max_size=4,
    unique_by=lambda rule: rule.name,
)  # fmt: skip


@given(rules, st.lists(texts, max_size=3))
def test_whatever_is_written_is_read_again_as_it_was(
    made: list[Rule], channels: list[str]
) -> None:
    file = RuleFile(rules=tuple(made), channels=tuple(channels))
    assert RuleFile.parse(written(file)) == file


@given(rules, rules)
def test_any_rules_take_the_place_of_any_others(made: list[Rule], others: list[Rule]) -> None:
    text = "# ours\n\n" + "\n".join(f"# one\n{rule_as_text(rule)}" for rule in made)
    done = edit(text, others, ("New",))
    assert RuleFile.parse(done.text).rules == tuple(others)
    assert done.text.startswith("# ours")


def test_a_condition_is_shown_as_it_is_typed() -> None:
    told = {"all": [{"term": "paid"}, {"not": {"field": "source", "is_set": True}}]}
    assert condition_of_text(condition_as_text(told)) == told
    with pytest.raises(ConfigError):
        condition_of_text("{ field = ")
