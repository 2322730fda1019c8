"""A company of its own whose rules may be changed; Alice owns, Bob reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.web import house, tasks
from headwater.workspace import Workspace
from headwater.workspace.channel_rules import FILE_NAME
from web.scene import Company, tell


@pytest.fixture
def own(tmp_path: Path, company: Company) -> Iterator[Workspace]:
    """The told company in a directory of its own."""
    with Workspace.open(tmp_path) as workspace:
        tell(workspace.facts)
        workspace.rebuild()
        house.use(workspace)
        yield workspace
        tasks.stop()
        house.use(company.workspace)


@pytest.fixture
def path(own: Workspace) -> Path:
    """The file of the company's own rules; it need not be there."""
    return own.directory / FILE_NAME
