"""The sweep: deletes files that the manifest does not list, once nobody can be using them."""

from __future__ import annotations

from headwater.facts import manifest
from headwater.facts.depot import Depot


def sweep(depot: Depot) -> int:
    """Delete orphans and replaced files; returns how many. Left for later if others work."""
    with depot.locks.exclusive_if_free() as alone:
        return sweep_alone(depot) if alone else 0


def sweep_alone(depot: Depot) -> int:
    """Delete what the manifest does not list. The caller holds the files exclusively."""
    with depot.database.reading() as connection:
        files = manifest.files(connection, depot.lake.directory)
    listed = {file.path.relative_to(depot.lake.directory).as_posix() for file in files}
    orphans = [path for path in depot.lake.found() if path not in listed]
    depot.lake.delete(orphans)
    return len(orphans)
