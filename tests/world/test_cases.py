"""Each case that the world plants can be found in its facts."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from headwater.domain.words import FactKind
from headwater.journeys.channels import Arrival, classify, default_rules, parse_url_arrival
from headwater.world.company import Way, load_company
from headwater.world.landings import ad_queries
from world.telling import Told

pytestmark = pytest.mark.slow

EVENT, CALL, DEAL, ORDER = FactKind.EVENT, FactKind.CALL, FactKind.DEAL, FactKind.ORDER


def _arrivals(way: Way, number: int) -> list[Arrival]:
    company = load_company()
    if not (way.first or way.later or way.after):
        return [Arrival(source=way.source, medium=way.medium, campaign=way.campaign or None)]
    queries = [
        query
        for query, owner in zip(ad_queries(company), company.ad_ways, strict=True)
        if owner == number
    ]
    click = "x1" if way.click_id else ""
    return [
        parse_url_arrival(f"https://www.kestrelrowe.example/{query}{click}", referrer or None)
        for query in queries
        for referrer in way.referrers
    ]


def test_the_shipped_rules_give_every_way_the_channel_it_plays() -> None:
    rules = default_rules().with_own_domains(["kestrelrowe.example"])
    for number, way in enumerate(load_company().ways):
        for arrival in _arrivals(way, number):
            assert classify(arrival, rules).channel == way.channel, (way.name, arrival)


def test_every_page_a_way_lands_on_exists() -> None:
    company = load_company()
    for way in company.ways:
        for landing in way.landings:
            assert company.page_urls[company.page(landing)].startswith("https://")


def test_ways_fit_into_the_bits_of_one_word() -> None:
    company = load_company()
    assert len(company.ways) <= 64
    assert len({way.name for way in company.ways}) == len(company.ways)


def test_the_payment_gateway_sends_buyers_back(told: Told) -> None:
    events = told.facts[EVENT]
    paid = events.filter(pc.equal(events.column("referrer"), "https://www.paypal.com/"))
    assert paid.num_rows
    assert set(paid.column("url").to_pylist()) == {"https://shop.kestrelrowe.example/thank-you"}


def test_every_purchase_event_is_an_order_of_the_same_amount(told: Told) -> None:
    events, orders = told.facts[EVENT], told.facts[ORDER]
    bought = events.filter(pc.equal(events.column("name"), "purchase"))
    lines = orders.filter(pc.invert(orders.column("is_refund")))
    totals: Counter[str] = Counter()
    for order, amount in zip(
        lines.column("order_id").to_pylist(),
        lines.column("amount_minor").to_pylist(),
        strict=True,
    ):
        totals[f'{{"order_id": "{order}"}}'] += amount
    assert bought.num_rows
    for row in bought.select(["properties", "amount_minor", "currency"]).to_pylist():
        assert totals[row["properties"]] == row["amount_minor"]
        assert row["currency"] in ("EUR", "USD")


def test_only_the_planted_deals_close_before_they_were_created(big: Told) -> None:
    deals = big.facts[DEAL]
    early = deals.filter(pc.less(deals.column("closed_at"), deals.column("created_at")))
    truth = {row["deal_id"]: row["case"] for row in big.truth["deals"].to_pylist()}
    assert early.num_rows
    cases = {truth[deal] for deal in early.column("deal_id").to_pylist()}
    assert cases == {"won_before_first_contact"}


def test_a_deals_stages_follow_one_another_in_time(told: Told) -> None:
    moves = told.facts[FactKind.STAGE_CHANGE].sort_by(
        [("deal_id", "ascending"), ("occurred_at", "ascending")]
    )
    before: dict[str, str] = {}
    for row in moves.select(["deal_id", "from_stage", "stage"]).to_pylist():
        assert row["from_stage"] == before.get(row["deal_id"])
        before[row["deal_id"]] = row["stage"]
    assert set(before.values()) == {
        "new",
        "qualified",
        "proposal",
        "negotiation",
        "won",
        "lost",
    }


def test_nobody_is_known_for_some_deals_and_some_are_worth_nothing(big: Told) -> None:
    deals = big.facts[DEAL]
    truth = big.truth["deals"]
    nobody = truth.filter(pc.equal(truth.column("case"), "nobody_known"))
    theirs = deals.filter(
        pc.is_in(deals.column("deal_id"), nobody.column("deal_id").combine_chunks())
    )
    assert theirs.num_rows
    for name in ("email", "phone", "person_name", "external_id", "account_id"):
        assert theirs.column(name).null_count == theirs.num_rows
    assert pc.min(deals.column("amount_minor")).as_py() == 0


def test_the_leaflets_number_is_called_by_people_never_seen_on_the_site(big: Told) -> None:
    calls, truth = big.facts[CALL], big.truth["calls"]
    leaflet = calls.filter(pc.equal(calls.column("source"), "leaflet"))
    assert set(leaflet.column("did").to_pylist()) == {"+441632960030"}
    joined = leaflet.select(["fact_id"]).join(truth, "fact_id")
    assert joined.column("visitor_id").null_count == joined.num_rows > 0


def test_the_visitor_told_with_a_call_is_the_true_one(big: Told) -> None:
    calls, truth = big.facts[CALL], big.truth["calls"]
    told_visitors = calls.select(["fact_id", "visitor_id"]).join(
        truth, "fact_id", right_suffix="_true"
    )
    known = told_visitors.filter(pc.is_valid(told_visitors.column("visitor_id")))
    assert known.num_rows
    assert known.column("visitor_id").equals(known.column("visitor_id_true"))
    assert pc.all(known.column("is_tracked")).as_py()
    hidden = pc.and_(
        pc.is_null(told_visitors.column("visitor_id")),
        pc.is_valid(told_visitors.column("visitor_id_true")),
    )
    assert pc.any(hidden).as_py()


def test_touchpoints_without_a_click_are_known_by_an_address(big: Told) -> None:
    events = big.facts[EVENT]
    touches = events.filter(pc.equal(events.column("name"), "touchpoint"))
    assert set(touches.column("source").to_pylist()) == {"radio", "podcast", "fair", "friend"}
    assert touches.column("email").null_count == 0
    assert touches.column("visitor_id").null_count == touches.num_rows


def test_assistants_send_more_and_more_people(big: Told) -> None:
    events, (start, end) = big.facts[EVENT], big.world.period
    sent = events.filter(pc.equal(events.column("referrer"), "https://chatgpt.com/"))
    late = pc.greater(sent.column("occurred_at"), (start + end) // 2)
    assert pc.mean(late.cast(pa.float64())).as_py() > 0.65


def test_offices_share_a_number_and_some_addresses_are_mistyped(big: Told) -> None:
    people, leads = big.truth["people"], big.facts[FactKind.LEAD]
    assert pc.count_distinct(people.column("phone")).as_py() < people.num_rows
    assert pc.count_distinct(people.column("email")).as_py() == people.num_rows
    written = leads.filter(pc.is_valid(leads.column("email"))).column("email")
    known = pc.is_in(written, people.column("email").combine_chunks())
    assert 0.003 < 1 - pc.mean(known.cast("double")).as_py() < 0.04


@pytest.mark.parametrize("column", ["url", "referrer"])
def test_addresses_are_absolute(told: Told, column: str) -> None:
    texts = pc.unique(told.facts[EVENT].column(column)).to_pylist()
    for text in texts[:2_000]:
        if text is not None:
            parts = urlsplit(text)
            assert parts.scheme == "https"
            assert parts.netloc


def test_a_sessions_pages_follow_one_another(told: Told) -> None:
    events = told.facts[EVENT]
    pairs = events.group_by(["visitor_id", "occurred_at"]).aggregate([("name", "count")])
    seen = pairs.filter(pc.is_valid(pairs.column("visitor_id")))
    twice = pc.sum(pc.greater(seen.column("name_count"), 1)).as_py()
    assert twice == 0
