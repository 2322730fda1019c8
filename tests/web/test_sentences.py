"""What the inner packages say in English is said again in the reader's language."""

from __future__ import annotations

import html
import re
import time

import pytest
from django.test import Client
from django.utils import translation

from headwater.domain.errors import ConfigError, UnknownName
from headwater.journeys.channels import RuleFile, RuleSet
from headwater.web import catalogue, sentences
from headwater.web.sentences import said
from web.test_screens import WRONG

pytestmark = pytest.mark.slow

RULES = {
    "no TOML": "rules = [",
    "a rule without a channel": '[[rules]]\nname = "fair"\n',
    "a field that is none": '[[rules]]\nname = "a"\nchannel = "Email"\nluck = 1\n',
    "a condition of two": (
        '[[rules]]\nname = "a"\nchannel = "Email"\n'
        'when = { field = "host", equals = "x", matches = "y" }\n'
    ),
    "a runaway pattern": (
        '[[rules]]\nname = "a"\nchannel = "Email"\n'
        'when = { field = "host", matches = "(a+)+" }\n'
    ),
    "a channel that is none": (
        '[[rules]]\nname = "a"\nchannel = "Luck"\nwhen = { field = "host", equals = "x" }\n'
    ),
    "a rule that is none": (
        '[[rules]]\nname = "a"\nchannel = "Email"\nbefore = "luck"\n'
        'when = { field = "host", equals = "x" }\n'
    ),
    "a term that is none": (
        '[[rules]]\nname = "a"\nchannel = "Email"\nwhen = { term = "luck" }\n'
    ),
    "a name used twice": (
        '[[rules]]\nname = "a"\nchannel = "Email"\nwhen = { field = "host", equals = "x" }\n'
        * 2
    ),
}


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
@pytest.mark.parametrize("address", WRONG)
def test_a_wrong_address_is_answered_in_the_readers_language(
    as_bob: Client, address: str, language: str
) -> None:
    english = as_bob.get(address, headers={"accept-language": "en"})
    answer = as_bob.get(address, headers={"accept-language": language})
    told, meant = message(answer.content), message(english.content)
    assert answer.status_code == 400
    assert told
    assert told != meant


def message(body: bytes) -> str:
    page = html.unescape(body.decode())
    return page.partition("<p>")[2].partition("</p>")[0]


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
@pytest.mark.parametrize("name", RULES)
def test_what_is_wrong_with_a_rule_is_said_in_the_readers_language(
    name: str, language: str
) -> None:
    with pytest.raises(ConfigError) as found:
        RuleSet.load().with_custom(RuleFile.parse(RULES[name], "channels.toml"))
    english = str(found.value)
    with translation.override(language):
        told = said(english)
    assert told != english
    for phrase in ("cannot be used", "Choose one", "is not", "which is", "exactly", "pattern"):
        assert phrase not in told


def test_values_stay_as_they_are_and_are_never_templates() -> None:
    error = UnknownName("model", "%(noun)s 100 % lineer", ["linear", "last"])
    with translation.override("ru"):
        told = said(str(error))
    assert "«%(noun)s 100 % lineer» (модель)" in told
    assert "last, linear" in told


def test_a_hint_is_said_too() -> None:
    with translation.override("ru"):
        assert "Возможно, имелось в виду «linear»?" in said(
            str(UnknownName("model", "lineer", ["linear"]))
        )


def test_what_no_sentence_fits_stays_english() -> None:
    with translation.override("tr"):
        assert said("The moon is full.") == "The moon is full."
        assert said("") == ""


def test_a_text_made_to_fit_in_many_ways_takes_no_time() -> None:
    text = "There is no " + "' '' Choose one of: ." * 70
    begun = time.thread_time()  # what others take of the machine does not count
    with translation.override("th"):
        said(text)
        said(text * 100)
    assert time.thread_time() - begun < 1.0


def test_a_name_of_many_letters_is_not_repeated_whole() -> None:
    told = str(UnknownName("model", "x" * 10_000, ["linear"]))
    assert len(told) < 300
    with translation.override("id"):
        assert said(told).startswith("Tidak dikenal: 'xxx")


def test_every_sentence_fits_itself() -> None:
    for sentence in sentences.SENTENCES:
        fields = {name: name for name in re.findall(r"%\((\w+)\)s", sentence)}
        with translation.override("en"):
            assert said(sentence % fields) == sentence % fields
        with translation.override("ru"):
            assert said(sentence % fields) != sentence % fields
