"""Below the stages: the facts as they came in, durable, append-only, each exactly once.

Written by capture, imports and connectors; read by the warehouse through `snapshot`. Start at
`store.FactStore`; `docs/explanation/durability.md` says what is promised and how it is kept.
"""

from headwater.facts.appending import Batch
from headwater.facts.catalogue import CATALOGUE, Catalogue
from headwater.facts.hot import Entry, entry
from headwater.facts.ids import fact_id
from headwater.facts.records import Appended, Erased, ImportMark, LakeFile, Limits, PersonKeys
from headwater.facts.schemas import SCHEMA_VERSION, SCHEMAS
from headwater.facts.sealing import Sealer
from headwater.facts.snapshots import Snapshot
from headwater.facts.store import FactStore
from headwater.facts.vault import Vault

BULK_ROWS = Limits().bulk_rows
"""A batch of at least so many rows goes straight to Parquet."""

__all__ = [
    "BULK_ROWS",
    "CATALOGUE",
    "SCHEMAS",
    "SCHEMA_VERSION",
    "Appended",
    "Batch",
    "Catalogue",
    "Entry",
    "Erased",
    "FactStore",
    "ImportMark",
    "LakeFile",
    "Limits",
    "PersonKeys",
    "Sealer",
    "Snapshot",
    "Vault",
    "entry",
    "fact_id",
]
