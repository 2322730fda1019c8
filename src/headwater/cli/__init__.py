"""The `headwater` command. Start at `app`; each group of commands has a module of its own."""

from headwater.cli.app import main

__all__ = ["main"]
