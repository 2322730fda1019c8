"""The channel rules of one data directory: the shipped ones, with those of `channels.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from headwater.domain.errors import ConfigError
from headwater.journeys.channels import RuleFile, RuleSet
from headwater.workspace.settings import Settings

FILE_NAME: Final = "channels.toml"
"""The company's own rules, in its data directory; it need not be there."""


def read_rules(settings: Settings, custom: Path | None) -> RuleSet:
    """Return the shipped rules for a company, with custom ones if a file is given.

    Raises ConfigError, naming the rule and the field, where the file cannot be used.
    """
    if custom is None:
        return RuleSet.load(own_domains=settings.own_domains)
    return with_custom(settings, RuleFile.read(custom))


def with_custom(settings: Settings, custom: RuleFile) -> RuleSet:
    """Return the shipped rules for a company, with these custom ones."""
    return RuleSet.load(own_domains=settings.own_domains).with_custom(custom)


def rules_of(directory: Path, settings: Settings) -> RuleSet:
    """Return the rules that a data directory's tables are made with."""
    path = directory / FILE_NAME
    return read_rules(settings, path if path.exists() else None)


class RulesInForce:
    """The rules of an open data directory, read again where `channels.toml` has changed."""

    def __init__(self, directory: Path, settings: Settings) -> None:
        self._directory = directory
        self._settings = settings
        self._mark = self._look()
        self.last = rules_of(directory, settings)
        """The rules as they were when last asked for."""

    def now(self) -> RuleSet:
        """Return the rules as the file says now; ConfigError where it cannot be used."""
        mark = self._look()
        if mark != self._mark:
            self.last = rules_of(self._directory, self._settings)
            self._mark = mark
        return self.last

    def _look(self) -> tuple[int, ...]:
        try:
            seen = (self._directory / FILE_NAME).stat()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise ConfigError(
                f"{self._directory / FILE_NAME} cannot be looked at: {error.strerror}."
            ) from error
        return (seen.st_mtime_ns, seen.st_size, seen.st_ino)
