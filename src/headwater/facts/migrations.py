"""Forward migrations of facts at rest: from one version of a kind's schema to the next.

A migration takes a table as version n held it and returns the same rows, in the same order,
as version n + 1 holds them. It may add, drop, rename and recompute columns; it never touches
`fact_id` and `seq`. To change a schema: raise its version in `schemas.py` and add the entry
here in the same commit. Opening the store then rewrites what is older.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from headwater.domain.words import FactKind
from headwater.facts.schemas import NAMED

Migration = Callable[[Any], Any]  # of pyarrow.Table to pyarrow.Table


def _unchanged(table: Any) -> Any:
    """Return the rows as they are: a column that is new is null in them."""
    return table


MIGRATIONS: Final[dict[tuple[FactKind, int], Migration]] = {
    (kind, 1): _unchanged for kind in NAMED
}
"""By kind and the version it starts from."""
