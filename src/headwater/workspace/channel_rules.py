"""The channel rules of one data directory: the shipped ones, with those of `channels.toml`.

The hosts of the company's sites are its own domains beside those of the settings: who goes
from one to the other comes from nowhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from headwater.capture import snapshot
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


def with_sites(directory: Path, settings: Settings) -> Settings:
    """Return the settings with the hosts of the sites that are published among own domains."""
    told = snapshot.read(directory / snapshot.SNAPSHOT_FILE)
    hosts = {
        host
        for site in told.sites
        for host in (site.domain, *site.aliases, *site.own_domains)
        if host not in settings.own_domains
    }
    return settings.model_copy(update={"own_domains": (*settings.own_domains, *sorted(hosts))})


def rules_of(directory: Path, settings: Settings) -> RuleSet:
    """Return the rules that a data directory's tables are made with."""
    path = directory / FILE_NAME
    return read_rules(with_sites(directory, settings), path if path.exists() else None)


class RulesInForce:
    """The rules of an open data directory, read again where a file of theirs has changed."""

    def __init__(self, directory: Path, settings: Settings) -> None:
        self._directory = directory
        self._settings = settings
        self._mark = self._look()
        self.last = rules_of(directory, settings)
        """The rules as they were when last asked for."""

    def now(self) -> RuleSet:
        """Return the rules as the files say now; ConfigError where one cannot be used."""
        mark = self._look()
        if mark != self._mark:
            self.last = rules_of(self._directory, self._settings)
            self._mark = mark
        return self.last

    def _look(self) -> tuple[tuple[int, ...], ...]:
        names = (FILE_NAME, snapshot.SNAPSHOT_FILE)
        return tuple(_stamp(self._directory / name) for name in names)


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        seen = path.stat()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ConfigError(f"{path} cannot be looked at: {error.strerror}.") from error
    return (seen.st_mtime_ns, seen.st_size, seen.st_ino)
