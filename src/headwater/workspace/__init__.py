"""One data directory, opened: what the command line and the web app share.

Start at `directory.Workspace`. `plan` says how the derived tables are made from every stage's
steps, `keeper` keeps them fresh in the background, `control` lets one process ask another.
"""

from headwater.workspace.directory import Workspace, key_of
from headwater.workspace.keeper import Keeper
from headwater.workspace.settings import Settings

__all__ = ["Keeper", "Settings", "Workspace", "key_of"]
