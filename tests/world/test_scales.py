"""The company is believable: its shares follow the real ones."""

from __future__ import annotations

import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from headwater.capture.agents import describe
from headwater.domain.words import FactKind
from headwater.world.company import load_company
from world.telling import Told

pytestmark = pytest.mark.slow

EVENT, LEAD, DEAL, ORDER, SPEND = (
    FactKind.EVENT,
    FactKind.LEAD,
    FactKind.DEAL,
    FactKind.ORDER,
    FactKind.SPEND,
)


def _bots(events: pa.Table) -> pa.ChunkedArray:
    agents = events.column("user_agent")
    crawlers = [
        text for text in pc.unique(agents).to_pylist() if text and describe(text).is_bot
    ]
    return pc.is_in(agents, pa.array(crawlers))


def test_browsers_and_crawlers_are_what_they_claim() -> None:
    books = load_company().books
    assert all(describe(agent.text).is_bot for agent in books.bots)
    assert not any(describe(agent.text).is_bot for agent in (*books.desktop, *books.mobile))
    assert {describe(agent.text).device for agent in books.mobile} <= {"mobile", "tablet"}


def test_about_one_event_in_twelve_is_a_robots(told: Told) -> None:
    share = pc.mean(_bots(told.facts[EVENT]).cast(pa.float64())).as_py()
    assert share == pytest.approx(0.08, abs=0.02)


def test_a_visitor_makes_about_five_events(told: Told) -> None:
    assert 50_000 / pc.count_distinct(told.truth["identity"].column("visitor_id")).as_py() == (
        pytest.approx(5.0, rel=0.12)
    )


def test_about_three_visitors_in_a_hundred_send_a_form(big: Told) -> None:
    forms = pc.equal(big.facts[LEAD].column("method"), "form")
    visitors = pc.count_distinct(big.truth["identity"].column("visitor_id")).as_py()
    assert pc.sum(forms).as_py() / visitors == pytest.approx(0.03, abs=0.005)


def test_some_people_lose_cookies_and_some_share_a_browser(big: Told) -> None:
    identity = big.truth["identity"]
    per_person = identity.group_by("person").aggregate([("visitor_id", "count")])
    per_visitor = identity.group_by("visitor_id").aggregate([("person", "count")])
    several = pc.mean(pc.greater(per_person.column("visitor_id_count"), 1).cast("double"))
    shared = pc.mean(pc.greater(per_visitor.column("person_count"), 1).cast("double"))
    assert 0.08 < several.as_py() < 0.3
    assert 0.003 < shared.as_py() < 0.02


def _won(told: Told) -> pa.Table:
    deals = told.facts[DEAL]
    return deals.filter(pc.equal(deals.column("status"), "won"))


def test_about_one_lead_in_ten_is_won_within_about_two_weeks(big: Told) -> None:
    people = big.truth["people"]
    leads = people.filter(people.column("is_lead"))
    won = _won(big).select(["deal_id", "occurred_at"]).join(big.truth["deals"], "deal_id")
    assert won.num_rows / leads.num_rows == pytest.approx(0.105, abs=0.02)
    joined = won.join(leads.select(["person", "decided_at"]), "person")
    days = pc.subtract(joined.column("occurred_at"), joined.column("decided_at"))
    assert pc.quantile(days, q=0.5)[0].as_py() / 86_400_000_000 == pytest.approx(14.7, rel=0.15)


def test_paid_search_wins_more_of_its_leads_than_social(big: Told) -> None:
    people = big.truth["people"]
    leads = people.filter(people.column("is_lead"))
    chance = leads.group_by("first_channel").aggregate([("win_chance", "mean")]).to_pylist()
    by_channel = {row["first_channel"]: row["win_chance_mean"] for row in chance}
    assert by_channel["Paid Search"] == pytest.approx(0.123, abs=0.012)
    assert by_channel["Paid Social"] == pytest.approx(0.056, abs=0.008)


def test_half_of_the_leads_become_deals(big: Told) -> None:
    people = big.truth["people"]
    leads = pc.sum(people.column("is_lead")).as_py()
    assert big.truth["deals"].num_rows / leads == pytest.approx(0.5, abs=0.05)


def test_about_an_eighth_of_the_deals_is_in_dollars(big: Told) -> None:
    currency = big.facts[DEAL].column("currency")
    assert set(pc.unique(currency).to_pylist()) == {"EUR", "USD"}
    share = pc.mean(pc.equal(currency, "USD").cast("double")).as_py()
    assert share == pytest.approx(0.12, abs=0.03)


def test_few_orders_come_back(big: Told) -> None:
    orders = big.facts[ORDER]
    number = pc.count_distinct(orders.column("order_id")).as_py()
    refunds = pc.sum(orders.column("is_refund")).as_py()
    assert refunds / number == pytest.approx(0.04, abs=0.02)
    sign = pc.equal(pc.less(orders.column("amount_minor"), 0), orders.column("is_refund"))
    assert pc.all(sign).as_py()


def test_weekends_and_nights_are_quieter(big: Told) -> None:
    at = big.facts[EVENT].column("occurred_at")
    day, hour = 86_400_000_000, 3_600_000_000
    weekday = [(n // day + 3) % 7 for n in at.to_pylist()]
    nights = [n % day // hour < 6 for n in at.to_pylist()]
    assert sum(number >= 5 for number in weekday) / len(weekday) < 2 / 7 - 0.02
    assert sum(nights) / len(nights) < 0.08


def test_every_phone_number_and_address_is_well_formed(told: Told) -> None:
    people = told.truth["people"]
    for number in people.column("phone").to_pylist():
        assert phonenumbers.is_valid_number(phonenumbers.parse(number)), number
    pattern = r"^[a-z]+\.[a-z]+[0-9]+@[a-z0-9]+\.example$"
    assert pc.all(pc.match_substring_regex(people.column("email"), pattern)).as_py()


def test_platforms_claim_more_than_there_is(big: Told) -> None:
    people = big.truth["people"]
    spend = big.facts[SPEND]
    assert pc.sum(spend.column("platform_conversions")).as_py() > people.num_rows
    clicks = pc.sum(spend.column("clicks")).as_py()
    cost = pc.sum(
        spend.filter(pc.is_valid(spend.column("clicks"))).column("cost_minor")
    ).as_py()
    assert 150 < cost / clicks < 600


def test_spend_without_tags_and_without_clicks_is_there(big: Told) -> None:
    spend = big.facts[SPEND]
    untagged = spend.filter(pc.equal(spend.column("account"), "microsoft-ads"))
    assert untagged.num_rows
    assert untagged.column("source").null_count == untagged.num_rows
    radio = spend.filter(pc.equal(spend.column("source"), "radio"))
    assert radio.num_rows
    assert radio.column("clicks").null_count == radio.num_rows


def test_a_paused_campaign_has_no_clicks_after_its_pause(big: Told) -> None:
    spend = big.facts[SPEND]
    video = spend.filter(pc.equal(spend.column("campaign"), "video-paused-in-spring"))
    start, end = big.world.period
    assert pc.max(video.column("occurred_at")).as_py() < start + 0.65 * (end - start)
