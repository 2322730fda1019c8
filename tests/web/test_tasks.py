"""What takes a while runs beside the screens, once at a time, and says how far it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from headwater.domain.errors import StoreError
from headwater.web import tasks
from headwater.web.tasks import Task


@pytest.fixture(autouse=True)
def _ended() -> Iterator[None]:
    yield
    tasks.stop()


def test_a_task_tells_how_far_it_is_and_runs_once_at_a_time() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(tell: tasks.Tell, _is_stopping: tasks.IsStopping) -> None:
        tell("markov, lead", 1, 4)
        tell("", 2, 4)
        begun.set()
        go_on.wait(10)

    assert tasks.start(Task.MODELS, work)
    assert begun.wait(10)
    assert not tasks.start(Task.MODELS, work)
    now = tasks.progress(Task.MODELS)
    assert (now.is_running, now.what, now.done, now.of) == (True, "markov, lead", 2, 4)
    assert not tasks.progress(Task.TABLES).is_running
    go_on.set()
    tasks.wait(Task.MODELS, 10)
    now = tasks.progress(Task.MODELS)
    assert not now.is_running
    assert now.finished_at is not None


def test_a_failure_is_kept_until_the_next_run() -> None:
    def fails(_tell: tasks.Tell, _is_stopping: tasks.IsStopping) -> None:
        raise StoreError("The disk is full.")

    tasks.start(Task.TABLES, fails)
    tasks.wait(Task.TABLES, 10)
    assert tasks.progress(Task.TABLES).error == "The disk is full."
    assert tasks.start(Task.TABLES, lambda _tell, _is_stopping: None)
    tasks.wait(Task.TABLES, 10)
    assert tasks.progress(Task.TABLES).error == ""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_ours_ends_a_task_too() -> None:
    def breaks(_tell: tasks.Tell, _is_stopping: tasks.IsStopping) -> None:
        raise ZeroDivisionError

    tasks.start(Task.MODELS, breaks)
    tasks.wait(Task.MODELS, 10)
    now = tasks.progress(Task.MODELS)
    assert not now.is_running
    assert "log" in now.error


def test_work_is_told_when_the_app_stops() -> None:
    begun = threading.Event()

    def work(_tell: tasks.Tell, is_stopping: tasks.IsStopping) -> None:
        begun.set()
        while not is_stopping():
            threading.Event().wait(0.01)

    tasks.start(Task.MODELS, work)
    assert begun.wait(10)
    tasks.stop()
    assert not tasks.progress(Task.MODELS).is_running
