"""The parts of an open store, as its operations share them."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.facts.catalogue import Catalogue
from headwater.facts.database import Database
from headwater.facts.known import KnownIds
from headwater.facts.lake import Lake
from headwater.facts.locks import Locks
from headwater.facts.records import Limits
from headwater.facts.vault import Vault


@dataclass(frozen=True, slots=True)
class Depot:
    """One data directory, open."""

    database: Database
    lake: Lake
    locks: Locks
    vault: Vault
    catalogue: Catalogue
    limits: Limits
    known: KnownIds
