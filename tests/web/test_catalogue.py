from __future__ import annotations

import re

import pytest

from headwater.attribution import MODELS
from headwater.domain.words import DateBasis, TouchKind
from headwater.reports import DIMENSIONS, REPORTS
from headwater.web import catalogue, words
from headwater.web.environment import LANGUAGES

pytestmark = pytest.mark.slow

FIELD = re.compile(r"%\(\w+\)s")


def texts(message: object) -> list[str]:
    return list(message) if isinstance(message, tuple) else [str(message)]


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    kept = catalogue.load(language)
    missing = []
    for one in catalogue.wanted():
        found = kept.get(one.id, one.context) if one.id else None
        if one.id and (found is None or not all(texts(found.string))):
            missing.append(one.id)
    assert not missing


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_nothing_is_kept_that_no_screen_says(language: str) -> None:
    said = {(one.id, one.context) for one in catalogue.wanted()}
    assert not [one.id for one in catalogue.load(language) if (one.id, one.context) not in said]


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_a_translation_keeps_the_fields_of_its_text(language: str) -> None:
    for one in catalogue.load(language):
        if not one.id:
            continue
        allowed = {field for text in texts(one.id) for field in FIELD.findall(text)}
        needed = set(FIELD.findall(texts(one.id)[0]))
        for text in texts(one.string):
            assert needed <= set(FIELD.findall(text)) <= allowed, (one.id, text)


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_the_compiled_texts_are_those_of_the_po(language: str) -> None:
    assert catalogue.mo_path(language).read_bytes() == catalogue.compiled(language), (
        "run `python -m headwater.web.catalogue compile`"
    )


def test_every_language_of_the_settings_has_texts() -> None:
    assert set(LANGUAGES) == {"en", *catalogue.LANGUAGES}


def test_every_name_of_the_registries_has_a_word() -> None:
    metrics = {name for report in REPORTS.values() for name in report.metrics}
    assert metrics <= set(words.METRICS)
    assert set(DIMENSIONS) <= set(words.DIMENSIONS)
    assert set(MODELS) <= set(words.MODELS)
    assert {one.value for one in DateBasis} == set(words.BASES)
    assert {one.value for one in TouchKind} == set(words.TOUCHES)
