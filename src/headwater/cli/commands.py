"""Which module has which command; it is imported when that command is asked for.

To import all of them takes a second and the memory of the engine and the app; a collector
needs neither.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

MODULE_OF: Final = {
    "import": "importing",
    "rebuild": "rebuilding",
    "report": "reporting",
    "journey": "reporting",
    "models": "modelling",
    "attribute": "attributing",
    "channel": "channels",
    "facts": "facts",
    "person": "persons",
    "sites": "sites",
    "links": "sites",
    "promo": "sites",
    "people": "serving",
    "world": "world",
    "demo": "serving",
    "serve": "serving",
    "collect": "collecting",
    "doctor": "doctor",
}
"""In the order of the help."""


class Commands(TyperGroup):
    """The commands of `headwater`: each module's `register` adds its own."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands: dict[str, Any] = dict.fromkeys(MODULE_OF)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.commands)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in self.commands and self.commands[cmd_name] is None:
            own = typer.Typer()
            import_module(f"headwater.cli.{MODULE_OF[cmd_name]}").register(own)
            self.commands |= typer.main.get_group(own).commands
        return self.commands.get(cmd_name)
