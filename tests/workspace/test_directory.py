"""A data directory: who holds it, who may ask, and how it is kept fresh."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from headwater.cli.asking import ask
from headwater.domain.errors import StoreBusy, StoreDamaged, StoreError
from headwater.domain.times import DAY
from headwater.domain.words import FactKind
from headwater.workspace import Keeper, Workspace, key_of
from headwater.workspace.control import FILE_NAME, find, publish, withdraw
from story import days, deal, lead, page
from telling import company, rows

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Path]:
    """A data directory that another process holds."""
    child = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("holding_child.py")), str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    yield tmp_path
    child.communicate()
    assert child.returncode == 0


def refuse(_answerer: object) -> str:
    raise AssertionError


def test_a_directory_that_another_process_holds_is_busy(held: Path) -> None:
    with pytest.raises(StoreBusy, match=r"warehouse\.duckdb"):
        Workspace.open(held)


def test_a_question_to_a_directory_that_no_app_answers_for_says_so(held: Path) -> None:
    with pytest.raises(StoreBusy, match="wait until it is done"):
        ask(held, refuse, refuse)


def test_a_question_to_a_busy_directory_goes_to_the_app_that_said_where_it_is(
    held: Path,
) -> None:
    with answering() as url:
        publish(held, url)
        told = json.loads(ask(held, refuse, lambda app: app.get("reports/channels", {})))
    assert told["path"] == "/api/v1/reports/channels"
    assert told["authorization"].startswith("Bearer ")


def test_an_app_that_is_gone_is_named(held: Path) -> None:
    with answering() as url:
        publish(held, url)
    with pytest.raises(StoreBusy, match="does not answer") as raised:
        ask(held, refuse, lambda app: app.get("reports/channels", {}))
    assert url in str(raised.value)


class answering:  # noqa: N801
    """A web server that answers with what it was asked."""

    def __enter__(self) -> str:
        self._server = HTTPServer(("127.0.0.1", 0), Echo)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Echo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        told = {"path": self.path, "authorization": self.headers["Authorization"]}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_words: object) -> None:
        pass


def test_a_free_directory_answers_for_itself(tmp_path: Path) -> None:
    assert ask(tmp_path / "new", lambda workspace: workspace.directory.name, refuse) == "new"
    assert ask(tmp_path / "new", lambda _workspace: "again", refuse) == "again"


def test_a_directory_is_its_owners_alone(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "data"):
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory", "utf-8")
    with pytest.raises(StoreError, match="--data"):
        Workspace.open(tmp_path / "file" / "data")


def test_tables_that_cannot_be_read_are_said_to_be_made_again(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").write_bytes(b"\0" * 50_000)
    with pytest.raises(StoreDamaged, match="headwater rebuild --full"):
        Workspace.open(tmp_path)


# The control file


def test_only_the_owner_may_read_where_the_app_answers(tmp_path: Path) -> None:
    publish(tmp_path, "http://127.0.0.1:8000")
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_a_token_lasts_until_the_app_starts_anew(tmp_path: Path) -> None:
    first = publish(tmp_path, "http://127.0.0.1:8000")
    assert find(tmp_path) == first
    second = publish(tmp_path, "http://127.0.0.1:9000")
    assert find(tmp_path) == second
    assert len({first.token, second.token}) == 2
    withdraw(tmp_path)
    withdraw(tmp_path)
    assert find(tmp_path) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"url": "x"}', "\udcff"])
def test_a_control_file_that_the_app_did_not_write_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(StoreDamaged, match=r"control\.json"):
        find(tmp_path)


# Rebuilds and reports


def test_a_rebuild_tells_each_table_and_the_end(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    with company(tmp_path, {"event": [page("ann", 0)]}) as workspace:
        workspace.rebuild(full=True, tell=lambda *step: told.append(step))
    assert [done for _table, done, _of in told] == list(range(len(told)))
    assert told[-1] == ("", len(told) - 1, len(told) - 1)
    assert {"sessions", "conversions", "credits"} <= {table for table, *_ in told}


def test_a_report_is_asked_with_the_companys_settings(tmp_path: Path) -> None:
    settings = {"currency": "TRY", "timezone": "Asia/Bangkok", "revenue": "orders"}
    told = "".join(f'{name} = "{value}"\n' for name, value in settings.items())
    with company(
        tmp_path, {"event": [page("ann", 0)]}, told + 'lookback = "7d"\n'
    ) as workspace:
        asked = workspace.request()
        header = workspace.report("channels", asked).header
    assert {name: getattr(asked, name) for name in settings} == settings
    assert asked.lookback == 7 * DAY
    assert (header.currency, header.timezone) == ("TRY", "Asia/Bangkok")


@pytest.mark.parametrize(
    "identifier", ["Ann@Example.org ", "+4915112345678", "crm:1", "browser", "d1"]
)
def test_a_journey_is_found_by_whatever_names_the_person(
    tmp_path: Path, identifier: str
) -> None:
    who = {"email": "ann@example.org", "phone": "+4915112345678", "external_id": "crm:1"}
    told = {
        "event": [page("browser", 0, "/?utm_source=google&utm_medium=cpc")],
        "lead": [lead(1, visitor_id="browser", **who)],
        "deal": [deal("d1", days(2), "won", 100, external_id="crm:1")],
    }
    with company(tmp_path, told) as workspace:
        journey = workspace.journey(identifier, workspace.request())
    assert [touch.channel for touch in journey.touches] == ["Paid Search"]


def test_an_identifier_that_is_no_address_is_kept_as_it_is(tmp_path: Path) -> None:
    with Workspace.open(tmp_path) as workspace:
        assert key_of(workspace.facts, "crm:1 ") == "crm:1"
        assert key_of(workspace.facts, "+not-a-number") == "+not-a-number"
        email, phone = (
            key_of(workspace.facts, one) for one in ("ann@example.org", "+49301234567")
        )
    assert email.startswith("email:")
    assert phone.startswith("phone:")
    assert "ann" not in email
    assert "49301234567" not in phone


# The keeper


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_the_keeper_takes_in_new_facts_by_itself(tmp_path: Path) -> None:
    with company(tmp_path, {"event": [page("ann", 0)]}) as workspace:
        keeper = Keeper(workspace, every_seconds=0.05).start()
        workspace.facts.append(FactKind.EVENT, [page("bob", 1)])
        wait_until(lambda: len(rows(workspace, "select * from sessions")) == 2)
        keeper.stop()
        assert keeper.last_error == ""


def test_readers_see_whole_tables_while_they_are_made_again(tmp_path: Path) -> None:
    with company(tmp_path, {"event": [page("ann", 0)]}) as workspace:
        done = threading.Event()
        counts: list[int] = []

        def read() -> None:
            while not done.is_set():
                counts.append(len(rows(workspace, "select * from touchpoints")))

        reader = threading.Thread(target=read)
        reader.start()
        for _ in range(2):
            workspace.rebuild(full=True)
        done.set()
        reader.join()
    assert counts
    assert set(counts) == {1}


def test_a_file_that_cannot_be_read_is_told_and_does_not_end_the_keeper(tmp_path: Path) -> None:
    with company(tmp_path, {}) as workspace:
        workspace.facts.append(FactKind.EVENT, [page("ann", 0)])
        workspace.facts.seal()
        next((tmp_path / "lake" / "event").rglob("*.parquet")).write_bytes(b"damaged")
        keeper = Keeper(workspace)
        keeper.run_once()
        assert "parquet" in keeper.last_error
