"""What the inner packages say in English, in the reader's language.

They know nothing of languages: errors, cautions and notes are English sentences with values in
them. Each such sentence stands here once more, with names in the places of its values; a text
that fits one is said again in the language of the request, its values unchanged. A text that
fits none stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext, gettext_noop

_FIELD: Final = re.compile(r"%\((\w+)\)s")
_LONGEST: Final = 1500
"""Characters of a text that is compared with the sentences."""
_BETWEEN: Final = re.compile(r"(?<=\.) (?=rule \d|the file: )")
"""Between what is wrong with one rule and with the next."""
_SAID_AGAIN: Final = frozenset({"reason", "hint", "learned"})
"""Values that are sentences themselves."""

NOUNS: Final = (
    gettext_noop("attribution model"),
    gettext_noop("channel rule of yours"),
    gettext_noop("column of this report"),
    gettext_noop("column to sort by"),
    gettext_noop("conversion"),
    gettext_noop("credited figure"),
    gettext_noop("data-driven model"),
    gettext_noop("date basis"),
    gettext_noop("dimension of this report"),
    gettext_noop("dimension of this screen"),
    gettext_noop("format"),
    gettext_noop("kind of revenue"),
    gettext_noop("metric"),
    gettext_noop("metric of incrementality"),
    gettext_noop("metric of this screen"),
    gettext_noop("metric to compare models by"),
    gettext_noop("model"),
    gettext_noop("option of this screen"),
    gettext_noop("period"),
    gettext_noop("report"),
    gettext_noop("set of columns"),
    gettext_noop("touch"),
)
"""What `UnknownName` speaks of on the screens."""

SENTENCES: Final = (
    gettext_noop("There is no %(noun)s '%(name)s'.%(hint)s Choose one of: %(allowed)s."),
    gettext_noop(" Did you mean '%(near)s'?"),
    gettext_noop("The range ends (%(to)s) before it starts (%(from)s)."),
    gettext_noop(
        "'%(text)s' is not a time zone. Use an IANA name, such as UTC or Europe/Berlin."
    ),
    gettext_noop("The day %(day)s lies too far away: give one from %(first)s to %(last)s."),
    gettext_noop("The limit %(limit)s is not a positive number of rows."),
    gettext_noop("The limit '%(limit)s' is not a positive whole number."),
    gettext_noop("The lookback must be longer than nothing, such as 30d."),
    gettext_noop(
        "'%(text)s' is not a span of time. Write a positive number and a unit, such as 30m, "
        "12h, 90d or 8w, or the word unlimited."
    ),
    gettext_noop("'%(text)s' is not a date. Write it like 2025-01-31."),
    gettext_noop("The filter '%(text)s' is not of the form channel=Paid Search."),
    gettext_noop("The order '%(order)s' in '%(text)s' is neither asc nor desc."),
    gettext_noop("The page '%(page)s' is not a positive whole number."),
    gettext_noop("The column name '%(name)s' is empty or used twice."),
    gettext_noop(
        "The list behind a figure cannot be filtered by '%(name)s', only by %(allowed)s."
    ),
    gettext_noop(
        "There is no touch '%(name)s'. It may have been made again by a rebuild: open the "
        "journey anew."
    ),
    gettext_noop(
        "Nobody is known by '%(name)s'. Give an external id, or the id of a person, a visitor, "
        "a deal or an order; check that `headwater rebuild` ran since."
    ),
    gettext_noop(
        "The model '%(model)s' has not been learned yet. Run `%(command)s`; the app does so by "
        "itself for those in the setting data_driven_models.%(learned)s"
    ),
    gettext_noop(" Learned so far: %(models)s."),
    gettext_noop(
        "The model '%(model)s' has a baseline and credits no touches, so it is a report of its "
        "own. Run `%(command)s`, then `%(report)s` (or opportunities, won, orders)."
    ),
    gettext_noop(
        "The report has %(rows)s rows, and a sheet holds %(most)s. Take fewer with a limit, or "
        "another format."
    ),
    gettext_noop("There is nothing to learn from yet: run `headwater rebuild`."),
    gettext_noop(
        "The incremental model compares persons who converted with persons who did not, and of "
        "these there are none (null paths). With paths, give the column 'nulls': how many went "
        "the path and did not convert. With touches, hand in those of persons without a "
        "conversion too."
    ),
    gettext_noop("It ended unexpectedly. The server's log says why."),
    gettext_noop("%(file)s is not TOML: %(reason)s."),
    gettext_noop("%(reason)s (at line %(line)s, column %(column)s)"),
    gettext_noop("%(reason)s (at end of document)"),
    gettext_noop("%(file)s cannot be read: %(reason)s."),
    gettext_noop("%(file)s is not UTF-8 text: %(reason)s."),
    gettext_noop("rule %(number)s ('%(name)s'), %(field)s: %(reason)s."),
    gettext_noop("rule %(number)s ('%(name)s'): %(reason)s."),
    gettext_noop("rule %(number)s, %(field)s: %(reason)s."),
    gettext_noop("rule %(number)s: %(reason)s."),
    gettext_noop("the file: %(reason)s."),
    gettext_noop("%(file)s cannot be used. %(reason)s"),
    gettext_noop("Field required"),
    gettext_noop("Extra inputs are not permitted"),
    gettext_noop("Input should be a valid string"),
    gettext_noop("Input should be a valid integer"),
    gettext_noop("Input should be a valid boolean"),
    gettext_noop("Input should be a valid tuple"),
    gettext_noop("Input should be a valid dictionary"),
    gettext_noop("Input should be %(allowed)s"),
    gettext_noop("String should have at least %(count)s character"),
    gettext_noop("the rule name '%(name)s' is used twice"),
    gettext_noop(
        "a condition is exactly one of field, all, any, not, term; this one has %(given)s"
    ),
    gettext_noop("a field needs exactly one of %(allowed)s; this condition has %(given)s"),
    gettext_noop("conditions are nested more than %(count)s deep"),
    gettext_noop("the pattern is longer than %(count)s characters"),
    gettext_noop("this is not a regular expression (%(reason)s)"),
    gettext_noop("a pattern may not refer back to a group"),
    gettext_noop("a pattern may not look ahead or behind"),
    gettext_noop("a pattern may not repeat a group"),
    gettext_noop("a pattern may have two of * + {}, or fewer with more of ? and |"),
    gettext_noop(
        "The channel rule '%(name)s' is to come before '%(before)s', which is no shipped rule. "
        "Choose one of: %(allowed)s."
    ),
    gettext_noop(
        "The channel rule '%(name)s' gives the channel '%(channel)s', which is not listed "
        "under `channels`. Correct it, or add it there."
    ),
    gettext_noop("`words` names the channel '%(channel)s'; it is not in `channels`."),
    gettext_noop(
        "The channel rule '%(name)s' uses the term '%(term)s', which is not defined before it. "
        "Defined: %(allowed)s."
    ),
    gettext_noop(
        "The channel term '%(name)s' uses the term '%(term)s', which is not defined before it. "
        "Defined: %(allowed)s."
    ),
)
"""What the inner packages say, the particular before the general."""


def said(text: str) -> str:
    """Return a sentence of the inner packages in the language of the request."""
    if len(text) > _LONGEST:
        return text
    for sentence, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found:
            return gettext(sentence) % _values(found.groupdict())
    return text


def _values(found: Mapping[str, str]) -> dict[str, str]:
    return {name: _value(name, value) for name, value in found.items()}


def _value(name: str, value: str) -> str:
    if name == "noun" and value in NOUNS:
        return gettext(value)
    if name not in _SAID_AGAIN:
        return value
    return " ".join(said(part) for part in _BETWEEN.split(value)) if value else value


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((sentence, _pattern(sentence)) for sentence in SENTENCES)


def _pattern(sentence: str) -> re.Pattern[str]:
    """Return what matches a sentence with any values; what follows a stop may be missing."""
    parts = _FIELD.split(sentence)
    made = [
        re.escape(part) if place % 2 == 0 else f"(?P<{part}>{_any(part)})"
        for place, part in enumerate(parts)
    ]
    return re.compile("".join(made), re.DOTALL)


def _any(field: str) -> str:
    return ".*?" if field in {"hint", "learned", "name", "text"} else ".+?"
