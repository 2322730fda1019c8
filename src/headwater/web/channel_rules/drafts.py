"""Changes of the channel rules that are not saved yet: one draft per session."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from django.http import HttpRequest

from headwater.journeys.channels import RuleFile, RuleSet
from headwater.web import house
from headwater.workspace.channel_file import ChannelFile, FileChanged, read_file, write_file
from headwater.workspace.channel_rules import FILE_NAME, with_sites

_KEY: Final = "channel_rules"
LONGEST: Final = 100_000
"""Characters of a file of rules that can be edited on the screen."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The file of rules as a person has it before them.

    `saved` is the file as it is now, `mark` the one of the file that the changes were made to,
    `loses_comments` whether some of its comments could not be kept.
    """

    text: str
    mark: str
    loses_comments: bool
    saved: ChannelFile

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to save."""
        return self.text != self.saved.text

    @property
    def is_outdated(self) -> bool:
        """Whether somebody else has changed the file since."""
        return self.mark != self.saved.mark

    @property
    def seen(self) -> str:
        """What a form carries, so that it saves only what its reader saw."""
        return blake2b(f"{self.mark} {self.text}".encode(), digest_size=12).hexdigest()

    def file(self) -> RuleFile:
        """Return the rules; ConfigError where the text is none."""
        return RuleFile.parse(self.text, FILE_NAME)


def load(request: HttpRequest) -> Draft:
    """Return this session's draft: the file itself where nothing has been changed."""
    saved = read_file(house.workspace().directory)
    kept = request.session.get(_KEY)
    if kept is None or kept["text"] == saved.text:
        return Draft(saved.text, saved.mark, loses_comments=False, saved=saved)
    return Draft(kept["text"], kept["mark"], kept["loses_comments"], saved)


def keep(request: HttpRequest, draft: Draft, text: str, *, loses_comments: bool) -> None:
    """Keep a draft with another text for this session."""
    request.session[_KEY] = {
        "text": text,
        "mark": draft.mark,
        "loses_comments": draft.loses_comments or loses_comments,
    }


def drop(request: HttpRequest) -> None:
    """Forget the session's draft."""
    request.session.pop(_KEY, None)


def save(request: HttpRequest, seen: str) -> None:
    """Write the draft into the file, if both are as the person saw them.

    Raises FileChanged where they are not, ConfigError where the rules cannot be used.
    """
    draft = load(request)
    if draft.seen != seen:
        raise FileChanged(f"{FILE_NAME} or the draft of it has been changed meanwhile.")
    workspace = house.workspace()
    write_file(workspace.directory, workspace.settings, draft.text, draft.mark)
    drop(request)


def rule_set(text: str) -> RuleSet:
    """Return all rules with these own ones; ConfigError where they cannot be used."""
    workspace = house.workspace()
    settings = with_sites(workspace.directory, workspace.settings)
    return _rule_set(text, tuple(settings.own_domains))


@lru_cache(maxsize=8)
def _rule_set(text: str, own_domains: tuple[str, ...]) -> RuleSet:
    shipped = RuleSet.load(own_domains=own_domains)
    return shipped.with_custom(RuleFile.parse(text, FILE_NAME))
