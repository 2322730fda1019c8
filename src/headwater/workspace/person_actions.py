"""What can be asked about one person: the words that the command line and the app share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from headwater.domain.errors import UnknownName
from headwater.workspace import persons
from headwater.workspace.directory import Workspace
from headwater.workspace.portable import export
from headwater.workspace.proofs import erase


class Asked(BaseModel):
    """One question or command: `person` is an id, `other` another id or a key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    do: str
    person: str
    other: str = ""


_ACTIONS: Final[Mapping[str, Callable[[Workspace, Asked], dict[str, Any]]]] = {
    "show": lambda workspace, asked: persons.show(workspace, asked.person),
    "export": lambda workspace, asked: export(workspace, asked.person),
    "erase": lambda workspace, asked: erase(workspace, asked.person),
    "merge": lambda workspace, asked: persons.merge(workspace, asked.person, asked.other),
    "split": lambda workspace, asked: persons.split(workspace, asked.person, asked.other),
    "release": lambda workspace, asked: persons.release(workspace, asked.person),
    "undo": lambda workspace, asked: persons.undo(workspace, asked.person),
}


def answer(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Do what is asked and return the outcome as JSON; InputError where it cannot be."""
    action = _ACTIONS.get(asked.do)
    if action is None:
        raise UnknownName("action", asked.do, _ACTIONS)
    return action(workspace, asked)
