"""A data directory and what can be asked of it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from headwater import reports
from headwater.attribution.model_runs import ModelRun, RunsInUse, credits_now
from headwater.domain.errors import StoreError
from headwater.domain.times import parse_span
from headwater.domain.words import FactKind
from headwater.facts import FactStore, Snapshot
from headwater.journeys.channels import RuleFile, RuleSet
from headwater.reports import ChannelMoves, Journey, Report, ReportRequest, RevenueFrom
from headwater.warehouse import Plan, Rebuilt, Warehouse, rebuild
from headwater.warehouse.replacing import replace_tables
from headwater.warehouse.spark import Cluster, rebuild_on_spark
from headwater.workspace.bot_limits import limits_of
from headwater.workspace.channel_rules import RulesInForce, with_custom, with_sites
from headwater.workspace.modelling import Modeller, Tell, Wanted
from headwater.workspace.plan import plan
from headwater.workspace.run_store import RunStore
from headwater.workspace.settings import Settings

WAREHOUSE_FILE = "warehouse.duckdb"
_BESIDE: Final = "rebuilding"
"""Where tables are made that will take the place of others; left behind only by a kill."""

Make = Callable[[Warehouse, Snapshot, Plan], Rebuilt]


class Workspace:
    """The facts, the derived tables and the settings of one company."""

    def __init__(
        self,
        directory: Path,
        settings: Settings,
        facts: FactStore,
        warehouse: Warehouse,
        runs: RunStore,
        rules: RulesInForce,
    ) -> None:
        self.directory = directory
        self.settings = settings
        self.facts = facts
        self.warehouse = warehouse
        self.runs = runs
        self.modeller = Modeller(warehouse, runs, settings)
        self._rules = rules
        self._rebuilding = threading.Lock()
        self._learning = threading.Lock()

    @property
    def rules(self) -> RuleSet:
        """The channel rules in force: those of the last rebuild, or since the opening."""
        return self._rules.last

    @property
    def is_learning(self) -> bool:
        """Whether data-driven models are being learned at this moment."""
        return self._learning.locked()

    @property
    def is_rebuilding(self) -> bool:
        """Whether the derived tables are being made at this moment."""
        return self._rebuilding.locked()

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
        rules = RulesInForce(directory, settings)
        warehouse = Warehouse.open(directory / WAREHOUSE_FILE)
        _sweep_beside(directory)
        try:
            facts = FactStore.open(directory)
            runs = RunStore.open(directory)
        except BaseException:
            warehouse.close()
            raise
        return cls(directory, settings, facts, warehouse, runs, rules)

    def rebuild(
        self,
        *,
        full: bool = False,
        tell: Callable[[str, int, int], None] = lambda _table, _done, _of: None,
    ) -> Rebuilt:
        """Bring the derived tables up to the facts; one rebuild at a time."""
        return self._rebuild(
            lambda tables, facts, steps: rebuild(tables, facts, steps, full=full, tell=tell)
        )

    def rebuild_on_spark(
        self,
        cluster: Cluster,
        tell: Callable[[str, int, int], None] = lambda _table, _done, _of: None,
    ) -> Rebuilt:
        """Make every derived table on a Spark cluster; one rebuild at a time.

        Facts may come in meanwhile, but nobody can be erased.
        """
        return self._rebuild(
            lambda tables, facts, steps: rebuild_on_spark(tables, facts, steps, cluster, tell)
        )

    def _rebuild(self, make: Make) -> Rebuilt:
        with self._rebuilding, self.facts.snapshot() as snapshot:
            in_use = self.runs.in_use()
            limits = limits_of(self.directory)
            planned = plan(self.settings, self._rules.now(), limits, in_use)
            if self._holds_erased(snapshot):
                return self._make_anew(make, snapshot, planned)
            self._use(in_use)
            return make(self.warehouse, snapshot, planned)

    def _make_anew(self, make: Make, snapshot: Snapshot, planned: Plan) -> Rebuilt:
        """Make the tables in a file of their own, which then takes the place of the old one.

        Dropped tables leave their bytes behind in a file; reports read the old one meanwhile.
        """
        folder = self.directory / _BESIDE
        _sweep_beside(self.directory)
        folder.mkdir(mode=0o700)
        fresh = Warehouse.open(folder / WAREHOUSE_FILE)
        try:
            done = make(fresh, snapshot, planned)
        finally:
            fresh.close()
        self.warehouse.take_over(fresh.path)
        _sweep_beside(self.directory)
        return replace(done, reason="a person was erased")

    def _holds_erased(self, facts: Snapshot) -> bool:
        """Say whether somebody was erased since the derived tables were made."""
        made_at = int(self.warehouse.state().get("watermark", facts.watermark))
        return _last_erasure(facts) > made_at

    def run_models(
        self,
        these: Sequence[Wanted],
        *,
        tell: Tell = lambda _what, _done, _of: None,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> tuple[ModelRun, ...]:
        """Learn data-driven models from the tables as they are, and credit by them at once."""
        with self._learning:
            made = self.modeller.run(these, tell, is_stopping)
        if not is_stopping():
            with self._rebuilding:
                self._use(self.runs.in_use())
        return made

    def models_due(self) -> tuple[Wanted, ...]:
        """Return the runs of data-driven models whose time has come."""
        with self.facts.snapshot() as snapshot:
            erased_at = _last_erasure(snapshot)
        return self.modeller.due(erased_at)

    def _use(self, in_use: RunsInUse) -> None:
        """Bring learned credit up to the runs in use, where that of others is stored."""
        state = self.warehouse.state()
        if state.get("model_runs", in_use.version) == in_use.version:
            return
        lookback = parse_span(state["lookback"])
        tables = {
            "model_runs": in_use.runs,
            "model_results": in_use.results,
            "model_effects": in_use.effects,
            "model_credits": credits_now(
                self.warehouse, in_use.models, in_use.results, lookback
            ),
        }
        replace_tables(self.warehouse, tables, {"model_runs": in_use.version})

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

    def channel_moves(self, custom: RuleFile) -> ChannelMoves:
        """Return what the past would look like under these custom rules; changes nothing."""
        rules = with_custom(with_sites(self.directory, self.settings), custom)
        return reports.channel_moves(self.warehouse, rules, self.request())

    def journey(self, identifier: str, request: ReportRequest) -> Journey:
        """Return one person's journey, by any id, e-mail address or phone number of theirs."""
        key = key_of(self.facts, identifier)
        return reports.journey(self.warehouse, key, request, typed=identifier)

    def close(self) -> None:
        """Release the files."""
        self.facts.close()
        self.runs.close()
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


def _sweep_beside(directory: Path) -> None:
    """Remove tables that were being made when somebody was killed."""
    shutil.rmtree(directory / _BESIDE, ignore_errors=True)


def _last_erasure(facts: Snapshot) -> int:
    """Return the number of the last erasure, -1 where there was none."""
    return max(facts.read(FactKind.ERASURE, ["seq"])["seq"].to_pylist(), default=-1)


def key_of(facts: FactStore, identifier: str) -> str:
    """Turn an e-mail address or a +phone number into the key that tables hold; else keep it."""
    text = identifier.strip()
    if "@" in text:
        return f"email:{facts.vault.email_key(text.lower())}"
    if text.startswith("+") and text[1:].isdigit():
        return f"phone:{facts.vault.phone_key(text)}"
    return text
