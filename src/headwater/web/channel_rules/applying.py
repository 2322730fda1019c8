"""Whether the reports are by the saved rules, and making them so."""

from __future__ import annotations

from typing import Any

from headwater.domain.errors import ConfigError
from headwater.web import house, runtime, tasks
from headwater.web.channel_rules.drafts import rule_set
from headwater.web.sentences import said
from headwater.workspace.channel_file import read_file


def apply() -> bool:
    """Begin to make the tables anew; False where that is under way already."""
    workspace = house.workspace()
    return tasks.start(
        tasks.Task.TABLES, lambda tell, _is_stopping: workspace.rebuild(tell=tell)
    )


def state() -> dict[str, Any]:
    """Return what the part of the page needs."""
    now = tasks.progress(tasks.Task.TABLES)
    workspace = house.workspace()
    version = _version()
    is_applied = workspace.warehouse.state().get("rule_version") == version
    return {
        "rebuilding": now,
        "is_rebuilding": now.is_running or (workspace.is_rebuilding and not is_applied),
        "is_applied": is_applied,
        "rule_version": version,
        "trouble": "" if is_applied else said(now.error or runtime.last_error()),
        "has_tables": house.has_tables(),
    }


def _version() -> str:
    """Return the version of the saved rules; empty where they cannot be used."""
    try:
        return rule_set(read_file(house.workspace().directory).text).version
    except ConfigError:
        return ""
