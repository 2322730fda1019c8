"""A company of its own whose rules may be changed; Alice owns, Bob reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.workspace import Workspace
from headwater.workspace.channel_rules import FILE_NAME


@pytest.fixture
def path(own: Workspace) -> Path:
    """The file of the company's own rules; it need not be there."""
    return own.directory / FILE_NAME
