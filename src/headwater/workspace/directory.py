"""A data directory and what can be asked of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from headwater import reports
from headwater.domain.errors import StoreError
from headwater.domain.words import FactKind
from headwater.facts import FactStore, Snapshot
from headwater.journeys.channels import RuleSet
from headwater.reports import Journey, Report, ReportRequest, RevenueFrom
from headwater.warehouse import Rebuilt, Warehouse, rebuild
from headwater.workspace.plan import plan
from headwater.workspace.settings import Settings

WAREHOUSE_FILE = "warehouse.duckdb"


class Workspace:
    """The facts, the derived tables and the settings of one company."""

    def __init__(
        self, directory: Path, settings: Settings, facts: FactStore, warehouse: Warehouse
    ) -> None:
        self.directory = directory
        self.settings = settings
        self.facts = facts
        self.warehouse = warehouse
        self.rules = RuleSet.load(own_domains=settings.own_domains)
        self._rebuilding = threading.Lock()

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Open or create a data directory; StoreBusy where another process holds its tables."""
        settings = Settings.load(directory)
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"The data directory {directory} cannot be made: {error.strerror}. Choose "
                "another with --data or HEADWATER_DATA."
            ) from error
        warehouse = Warehouse.open(directory / WAREHOUSE_FILE)
        try:
            facts = FactStore.open(directory)
        except BaseException:
            warehouse.close()
            raise
        return cls(directory, settings, facts, warehouse)

    def rebuild(
        self,
        *,
        full: bool = False,
        tell: Callable[[str, int, int], None] = lambda _table, _done, _of: None,
    ) -> Rebuilt:
        """Bring the derived tables up to the facts; one rebuild at a time."""
        with self._rebuilding, self.facts.snapshot() as snapshot:
            if self._holds_erased(snapshot):
                self.warehouse.start_over()
            return rebuild(
                self.warehouse, snapshot, plan(self.settings, self.rules), full=full, tell=tell
            )

    def _holds_erased(self, facts: Snapshot) -> bool:
        """Say whether somebody was erased since the derived tables were made."""
        made_at = int(self.warehouse.state().get("watermark", facts.watermark))
        seqs = facts.read(FactKind.ERASURE, ["seq"])["seq"].to_pylist()
        return any(seq > made_at for seq in seqs)

    def request(self) -> ReportRequest:
        """Return the request that the settings stand for, before a user's choices."""
        return ReportRequest(
            lookback=self.settings.lookback_micros(),
            revenue=RevenueFrom(self.settings.revenue),
            currency=self.settings.currency,
            timezone=self.settings.timezone,
        )

    def report(self, name: str, request: ReportRequest) -> Report:
        """Run a report of the registry over the derived tables."""
        return reports.run(self.warehouse, name, request)

    def journey(self, identifier: str, request: ReportRequest) -> Journey:
        """Return one person's journey, by any id, e-mail address or phone number of theirs."""
        key = key_of(self.facts, identifier)
        return reports.journey(self.warehouse, key, request, typed=identifier)

    def close(self) -> None:
        """Release the files."""
        self.facts.close()
        self.warehouse.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def key_of(facts: FactStore, identifier: str) -> str:
    """Turn an e-mail address or a +phone number into the key that tables hold; else keep it."""
    text = identifier.strip()
    if "@" in text:
        return f"email:{facts.vault.email_key(text.lower())}"
    if text.startswith("+") and text[1:].isdigit():
        return f"phone:{facts.vault.phone_key(text)}"
    return text
