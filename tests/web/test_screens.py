from __future__ import annotations

import csv
import io
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from headwater.web import house
from headwater.workspace import Workspace
from web import pages
from web.scene import Company

pytestmark = pytest.mark.slow

SPAN = "from=2026-03-01&to=2026-03-31"
SCREENS = (
    f"/?{SPAN}",
    f"/channels?{SPAN}",
    f"/channels?{SPAN}&filter=channel%3DPaid+Search",
    f"/channels?{SPAN}&columns=ads&by=campaign&sort=cost%3Aasc",
    f"/conversions?{SPAN}&metric=won&filter=channel%3DPaid+Search",
    f"/conversions?{SPAN}&metric=revenue&place=%28no+touch%29",
    f"/models?{SPAN}&metric=won",
    f"/opportunities?{SPAN}",
    "/incrementality",
    "/leads",
    "/leads?q=nobody+at+all",
    "/account",
    "/people",
)

WRONG = {
    "/channels?model=lineer": "Did you mean &#x27;linear&#x27;?",
    "/channels?lookback=ninety": "is not a span of time",
    "/channels?date_basis=birth": "There is no date basis",
    "/channels?period=decade": "There is no period",
    "/channels?from=2026-13-01": "is not a date",
    "/channels?from=2026-04-01&to=2026-03-01": "ends",
    "/channels?from=9999-12-31": "lies too far away",
    "/opportunities?to=0001-01-01": "lies too far away",
    "/channels?by=colour": "There is no dimension of this report",
    "/channels?metric=luck": "There is no metric",
    "/channels?columns=all": "There is no set of columns",
    "/channels?sort=luck": "There is no column",
    "/channels?drop=table": "There is no option of this screen",
    "/conversions?metric=cost": "There is no credited figure",
    "/conversions?filter=device%3Dmobile": "cannot be filtered",
    "/models?metric=cost": "There is no metric",
    "/opportunities?by=keyword": "There is no dimension of this screen",
    "/leads?page=0": "is not a positive whole number",
    "/journeys/nobody": "Nobody is known by",
    "/journeys/crm:1?place=x": "There is no conversion",
    "/touches/nothing": "There is no touch",
    "/export/channels.doc": "There is no format",
    "/export/secrets.csv": "There is no report",
}


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content[:2000]
    return re.sub(r"\s+", " ", pages.read(response.content).text)


@pytest.mark.parametrize(
    "address", [*SCREENS, "/journeys/crm:1", "/touches/x", "/export/channels.csv"]
)
def test_nothing_is_shown_to_strangers(as_charlie: Client, address: str) -> None:
    response = as_charlie.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/sign-in?next=/")


def test_a_part_of_a_page_sends_a_stranger_to_the_whole_sign_in(as_charlie: Client) -> None:
    response = as_charlie.get("/channels", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"].startswith("/sign-in")


@pytest.mark.parametrize("address", SCREENS)
def test_every_screen_opens(as_alice: Client, address: str) -> None:
    assert as_alice.get(address).status_code == 200


@pytest.mark.parametrize(("address", "said"), WRONG.items())
def test_a_wrong_question_is_answered_with_what_is_right(
    as_bob: Client, address: str, said: str
) -> None:
    response = as_bob.get(address)
    assert response.status_code == 400
    assert said in response.content.decode()


def test_an_address_that_leads_nowhere_says_so(as_bob: Client) -> None:
    response = as_bob.get("/nowhere")
    assert response.status_code == 404
    assert "Not found" in response.content.decode()


def test_the_overview_shows_the_figures_of_the_company(as_bob: Client) -> None:
    text = text_of(as_bob, f"/?{SPAN}")
    assert "Revenue €1,300" in text
    assert "Leads 3" in text
    assert "Cost €120" in text
    assert "23.1% of revenue has no touch" in text
    assert "16.7% of spend names no campaign" in text


def test_the_channel_report_balances_and_says_so(as_bob: Client) -> None:
    text = text_of(as_bob, f"/channels?{SPAN}&model=linear")
    assert "Paid Search" in text
    assert "€500.01" in text or "€500.00" in text
    assert "(no touch)" in text
    assert "€300.00" in text
    assert "Balances to the CRM to the cent" in text
    assert "€1,300.01" in text


def test_a_row_opens_the_next_level_with_a_way_back(as_bob: Client) -> None:
    page = pages.read(as_bob.get(f"/channels?{SPAN}").content)
    below = next(
        link for link in page.links if link.startswith("/channels") and "Paid+Search" in link
    )
    text = text_of(as_bob, below)
    assert "Channel: Paid Search" in text
    assert "All channels" in text
    assert "google" in text


def test_a_link_to_a_report_gives_the_same_report_on_any_day(as_bob: Client) -> None:
    page = pages.read(as_bob.get("/channels?period=all&model=first").content)
    fixed = next(link for link in page.links if "from=" in link and "period" not in link)
    assert {"from", "to", "model"} <= {name for name, _ in parse_qsl(urlsplit(fixed).query)}
    assert text_of(as_bob, fixed).count("€1,000.01")


def test_an_export_holds_what_the_screen_shows(as_bob: Client) -> None:
    response = as_bob.get(f"/export/channels.csv?{SPAN}&by=channel&model=first")
    assert response.headers["Content-Disposition"].startswith("attachment")
    rows = {
        row["channel"]: row for row in csv.DictReader(io.StringIO(response.content.decode()))
    }
    assert rows["Paid Search"]["revenue"] == "1000.01"
    assert rows["(no touch)"]["revenue"] == "300.00"


def test_two_clicks_lead_from_a_figure_to_the_raw_facts(
    as_bob: Client, company: Company
) -> None:
    report = pages.read(as_bob.get(f"/channels?{SPAN}").content)
    figure = next(link for link in report.links if "metric=won" in link and "Paid" in link)
    listed = pages.read(as_bob.get(figure).content)
    person = next(link for link in listed.links if link.startswith("/journeys/"))
    assert company.ada in person
    journey = as_bob.get(person).content.decode()
    assert "Deal won" in journey
    touch = re.findall(r'href="(/touches/[^"]+)"', journey)[0]
    facts = text_of(as_bob, touch)
    assert "by the rule “paid-search”" in facts
    assert "utm_source=google" in facts


def test_the_list_behind_a_figure_adds_up_to_the_figure(as_bob: Client) -> None:
    text = text_of(
        as_bob, f"/conversions?{SPAN}&metric=revenue&model=linear&filter=channel%3DEmail"
    )
    assert "€500.0" in text
    assert "Office for Ada" in text
    assert "50.0%" in text


def test_a_journey_credits_every_touch_under_the_chosen_model(as_bob: Client) -> None:
    linear = text_of(as_bob, "/journeys/crm:1?model=linear")
    first = text_of(as_bob, "/journeys/crm:1?model=first")
    assert linear.count("50.0% €500.0") == 2
    assert "100.0% €1,000.01" in first
    assert "no credit" in first


def test_a_journey_without_touches_shows_its_money_without_credit(as_bob: Client) -> None:
    text = text_of(as_bob, "/journeys/ben@example.com")
    assert "Shed for Ben" in text
    assert "Deal won" in text


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("q=byron", {"Ada"}),
        ("q=BEN", {"Ben"}),
        ("q=ada%40example.com", {"Ada"}),
        ("q=ada%40example", set()),
        ("q=crm%3A3", {"Cy"}),
        ("channel=Organic+Search", {"Cy"}),
        ("stage=won", {"Ada", "Ben"}),
        ("q=", {"Ada", "Ben", "Cy"}),
    ],
)
def test_leads_are_found_by_name_key_channel_and_stage(
    as_bob: Client, wanted: str, found: set[str]
) -> None:
    page = as_bob.get(f"/leads?{wanted}").content.decode()
    rows = re.findall(r'<th scope="row"><a href="[^"]+">(\w+)', page)
    assert set(rows) == found


def test_what_people_are_called_cannot_run_in_the_page(as_bob: Client) -> None:
    for address in ("/leads", "/journeys/crm:1", f"/conversions?{SPAN}&metric=won"):
        body = as_bob.get(address).content.decode()
        assert "<b>Byron</b>" not in body
        assert "&lt;b&gt;Byron" in body


def test_opportunities_stand_by_stage(as_bob: Client) -> None:
    text = text_of(as_bob, f"/opportunities?{SPAN}")
    assert "proposal" in text
    assert "€50.00" in text


@pytest.mark.parametrize(
    ("code", "word"),
    [("tr", "Kanallar"), ("th", "ช่องทาง"), ("id", "Kanal"), ("ru", "Каналы")],
)
def test_screens_speak_the_chosen_language(as_bob: Client, code: str, word: str) -> None:
    as_bob.post("/display/language", {"language": code, "next": "/channels"})
    response = as_bob.get("/channels")
    assert word in response.content.decode()
    assert pages.read(response.content).language == code


def test_light_or_dark_is_kept(as_bob: Client) -> None:
    response = as_bob.post("/display/theme", {"theme": "dark", "next": "https://evil.example"})
    assert response.headers["Location"] == "/"
    assert b'data-bs-theme="dark"' in as_bob.get("/leads").content
    assert as_bob.post("/display/theme", {"theme": "pink"}).status_code == 400


def test_an_empty_workspace_says_what_to_import(
    as_bob: Client, tmp_path_factory: pytest.TempPathFactory, company: Company
) -> None:
    with Workspace.open(tmp_path_factory.mktemp("empty")) as empty:
        try:
            for make in (lambda: None, empty.rebuild):
                make()
                house.use(empty)
                for address in ("/", "/channels", "/models", "/leads", "/opportunities"):
                    text = text_of(as_bob, address)
                    assert "headwater import" in text or "Nothing" in text or "0 " in text
        finally:
            house.use(company.workspace)
