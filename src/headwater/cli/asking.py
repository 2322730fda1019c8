"""Gets an answer from a data directory: from its files, or from the app that holds them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx

from headwater.cli.console import say, step_bar
from headwater.domain.errors import HeadwaterError, InputError, StoreBusy
from headwater.workspace import Workspace
from headwater.workspace.control import Control, find

Answer = TypeVar("Answer")
Params = Mapping[str, str | Sequence[str]]

_PATIENCE: Final = httpx.Timeout(10.0, read=3600.0)


def ask(
    directory: Path,
    here: Callable[[Workspace], Answer],
    there: Callable[[App], Answer],
) -> Answer:
    """Answer from the files, or, where a running app holds them, from the app."""
    try:
        workspace = Workspace.open(directory)
    except StoreBusy as busy:
        control = find(directory)
        if control is None:
            raise StoreBusy(
                f"{busy} It is not the app (there is no control.json): wait until it is done."
            ) from busy
        return there(App(control))
    with workspace:
        return here(workspace)


class App:
    """The running app, asked over its API on this machine."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def get(self, path: str, params: Params) -> bytes:
        """Return what the API answers to a question."""
        return self._send("GET", path, params=_given(params))

    def post(self, path: str, body: Mapping[str, object]) -> bytes:
        """Return what the API answers to a command."""
        return self._send("POST", path, json=dict(body))

    def _send(self, method: str, path: str, **content: Any) -> bytes:
        try:
            answer = httpx.request(
                method,
                f"{self._control.url}/api/v1/{path}",
                headers={"Authorization": f"Bearer {self._control.token}"},
                timeout=_PATIENCE,
                **content,
            )
        except httpx.HTTPError as error:
            raise StoreBusy(
                f"The app at {self._control.url} holds the data directory but does not answer "
                f"({error}). Restart it, or stop it and try again."
            ) from error
        if answer.is_success:
            return answer.content
        raise _failure(answer)


def _given(params: Params) -> dict[str, str | Sequence[str]]:
    return {name: value for name, value in params.items() if value}


def _failure(answer: httpx.Response) -> HeadwaterError:
    try:
        told = str(json.loads(answer.content)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        told = f"the app answered {answer.status_code}"
    return InputError(told)


def freshen(workspace: Workspace) -> None:
    """Bring the derived tables up to the facts before they are read."""
    with step_bar("Rebuilding") as bar:
        done = workspace.rebuild(tell=bar.tell)
    if done.is_full and done.new_facts:
        say(f"Made the derived tables from {done.new_facts:,} facts ({done.reason}).")
