from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from headwater.web import house, runtime
from web.scene import Company

pytestmark = pytest.mark.slow


@pytest.fixture
def token(company: Company, tmp_path: Path) -> Iterator[str]:
    """The token of an app that runs over a directory of its own."""
    runtime.start(tmp_path, "http://127.0.0.1:1")
    house.use(company.workspace)
    yield json.loads((tmp_path / "control.json").read_text())["token"]
    runtime.stop()
    house.use(company.workspace)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_control_is_private_and_gone_when_the_app_stops(
    tmp_path: Path, company: Company
) -> None:
    runtime.start(tmp_path, "http://127.0.0.1:1")
    path = tmp_path / "control.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert runtime.token()
    runtime.stop()
    house.use(company.workspace)
    assert not path.exists()
    assert runtime.token() == ""


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("wrong"),
        bearer(""),
        {"Authorization": "Bearer"},
        {"Authorization": "Basic abc"},
        bearer("тайна"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/reports/channels", "/api/v1/journeys/crm:1"])
def test_without_the_token_the_api_answers_nothing(
    token: str, as_charlie: Client, path: str, headers: dict[str, str]
) -> None:
    response = as_charlie.get(path, headers=headers)
    assert response.status_code == 401
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"code", "message"}


def test_while_nothing_is_open_no_token_fits(as_charlie: Client) -> None:
    assert as_charlie.get("/api/v1/reports", headers=bearer("")).status_code == 401


def test_a_report_is_the_command_line_s_own(token: str, as_charlie: Client) -> None:
    path = "/api/v1/reports/channels?by=channel&model=first&from=2026-03-01&to=2026-03-31"
    answer = as_charlie.get(path, headers=bearer(token)).json()
    revenue = {row["channel"]: row["revenue"] for row in answer["rows"]}
    assert revenue["Paid Search"] == 1000.01
    assert all(line["difference"] == 0 for line in answer["balance"])


@pytest.mark.parametrize(
    ("file_format", "start"), [("csv", b"channel,"), ("parquet", b"PAR1"), ("json", b"{")]
)
def test_a_report_comes_in_every_format(
    token: str, as_charlie: Client, file_format: str, start: bytes
) -> None:
    path = f"/api/v1/reports/channels?format={file_format}"
    assert as_charlie.get(path, headers=bearer(token)).content.startswith(start)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/reports/none", 400, "unknown_name"),
        ("/api/v1/reports/channels?model=x", 400, "unknown_name"),
        ("/api/v1/reports/channels?from=x", 400, "bad_request"),
        ("/api/v1/reports/channels?format=doc", 400, "unknown_name"),
        ("/api/v1/reports/channels?colour=x", 400, "unknown_name"),
        ("/api/v1/journeys/nobody", 400, "bad_request"),
        ("/api/v1/nothing", 404, "not_found"),
    ],
)
def test_every_error_has_one_shape(
    token: str, as_charlie: Client, path: str, status: int, code: str
) -> None:
    response = as_charlie.get(path, headers=bearer(token))
    assert response.status_code in {status, 302}
    if response.status_code == status:
        assert response.json()["error"]["code"] == code


def test_a_journey_holds_touches_conversions_and_credits(token: str, as_bob: Client) -> None:
    answer = as_bob.get("/api/v1/journeys/crm:1?models=linear").json()
    assert len(answer["touches"]) == 2
    won = [one for one in answer["conversions"] if one["kind"] == "won"]
    shares = [
        one["value"]
        for one in answer["credits"]
        if one["conversion_id"] == won[0]["conversion_id"]
    ]
    assert sum(shares) == pytest.approx(1000.01)


def test_a_rebuild_needs_the_token_and_a_session_is_not_enough(
    token: str, as_alice: Client, as_charlie: Client
) -> None:
    assert as_alice.post("/api/v1/rebuild").status_code == 401
    assert as_charlie.get("/api/v1/rebuild", headers=bearer(token)).status_code == 405
    wrong = as_charlie.post(
        "/api/v1/rebuild", "full", content_type="application/json", headers=bearer(token)
    )
    assert wrong.status_code == 400
    done = as_charlie.post(
        "/api/v1/rebuild",
        json.dumps({"full": True}),
        content_type="application/json",
        headers=bearer(token),
    )
    assert done.json()["is_full"] is True


def test_health_says_ok_and_nothing_of_the_data(as_charlie: Client, company: Company) -> None:
    answer = as_charlie.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    house.use(None)
    try:
        assert as_charlie.get("/healthz").status_code == 503
    finally:
        house.use(company.workspace)
