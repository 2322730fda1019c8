"""Every error this product raises on purpose.

HeadwaterError
    ConfigError          the operator must change a setting
    InputError           a file or a request cannot be used as it is
        UnknownName      a name that is not in a registry; lists the allowed ones
        BadRow           one row of an input is wrong; names row, field and value
    StoreError           the data directory cannot be used
        StoreBusy        another process holds it; ask that process
        StoreDamaged     what is on disk contradicts itself
    ConnectorError       an outside system failed
        RetryLater       may succeed if tried again
        NeedsAttention   will fail until a person acts; the connection is paused
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_LONGEST_SHOWN: Final = 120
"""Characters of a wrong name that its error repeats."""


class HeadwaterError(Exception):
    """Base of every error raised on purpose. Its text is fit to show to a user."""


class ConfigError(HeadwaterError):
    """A setting has a value that cannot be used: names it, the value and what is allowed."""


class InputError(HeadwaterError):
    """A file or a request cannot be used as it is."""


class UnknownName(InputError):
    """A name that no registry holds, with the names that would have been right."""

    def __init__(self, noun: str, name: str, allowed: Iterable[str]) -> None:
        choices = sorted(allowed)
        shown = name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}..."
        near = get_close_matches(shown, choices, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        super().__init__(
            f"There is no {noun} '{shown}'.{hint} Choose one of: {', '.join(choices)}."
        )
        self.noun = noun
        self.name = name
        self.allowed = choices


class BadRow(InputError):
    """One row of an input is wrong. `row` counts from 1, as the user sees it."""

    def __init__(self, row: int, field: str, value: object, reason: str) -> None:
        super().__init__(f"row {row}, field '{field}', value {value!r}: {reason}")
        self.row = row
        self.field = field
        self.value = value
        self.reason = reason


class StoreError(HeadwaterError):
    """The data directory cannot be used."""


class StoreBusy(StoreError):
    """Another process holds the store."""


class StoreDamaged(StoreError):
    """What is on disk contradicts itself."""


class ConnectorError(HeadwaterError):
    """An outside system failed. `web` turns the code and details into a sentence."""

    def __init__(self, connector: str, code: str, **details: str) -> None:
        super().__init__(f"{connector}: {code} {details}")
        self.connector = connector
        self.code = code
        self.details = details


class RetryLater(ConnectorError):
    """A passing fault: the job runner will try again."""


class NeedsAttention(ConnectorError):
    """A lasting fault: pause the connection and tell its owner."""
