"""Accounts and sites in PostgreSQL: the tests of both, run over a server of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.domain.errors import ConfigError
from headwater.web import boot, environment
from web.running import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DEBIANS = Path("/usr/lib/postgresql")
SUITES = ("tests/web/test_accounts.py", "tests/web/sites/test_sites.py")
_SERVANT = "postgres" if os.geteuid() == 0 else None
"""PostgreSQL refuses to run as root."""


def _program(name: str) -> str:
    """Return where Debian, or the path, has a program of the server."""
    found = shutil.which(name) or next(DEBIANS.glob(f"*/bin/{name}"), None)
    if found is None:
        pytest.skip("there is no PostgreSQL: apt-get install postgresql")
    return str(found)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, user=_SERVANT, cwd="/")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an empty database, on a server that lives as long as this module."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="headwater-pg-", dir="/tmp") as folder:
        if _SERVANT is not None:
            shutil.chown(folder, _SERVANT)
        data = f"{folder}/data"
        _run(_program("initdb"), "-D", data, "-U", "headwater", "-A", "trust", "--no-sync")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        control = (_program("pg_ctl"), "-D", data, "-w", "-l", f"{folder}/log")
        _run(*control, "-o", options, "start")
        try:
            yield f"postgresql://headwater@127.0.0.1:{port}/postgres"
        finally:
            _run(*control, "-m", "immediate", "stop")


def _over(server: str) -> dict[str, str]:
    return {**os.environ, environment.DATABASE_URL: server}


def test_the_tests_of_accounts_and_sites_pass_over_postgresql(server: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *SUITES],
        cwd=ROOT,
        env=_over(server),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert "passed" in done.stdout
    assert "skipped" not in done.stdout


def test_a_database_that_is_not_there_is_named(server: str, tmp_path: Path) -> None:
    elsewhere = server.replace("/postgres", "/absent")
    program = str(Path(sys.executable).with_name("headwater"))
    told = subprocess.run(
        [program, "--data", str(tmp_path), "people", "link", "a@b.org"],
        env=_over(elsewhere),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    said = " ".join(told.stderr.split())
    assert 'database "absent" does not exist' in said
    assert "HEADWATER_DATABASE_URL" in said
    assert "Traceback" not in said


def test_a_driver_that_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(environment.DATABASE_URL, "postgresql://a@127.0.0.1/b")
    monkeypatch.setattr(boot, "find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r"pip install 'headwater\[postgresql\]'"):
        boot.prepare(tmp_path)
