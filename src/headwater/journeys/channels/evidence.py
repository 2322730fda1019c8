"""What an arrival tells of its source: recorded texts, tags, a click id, then the referrer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from headwater.domain.words import DIRECT
from headwater.journeys.channels.arrival import Arrival
from headwater.journeys.channels.directory import GATEWAY, OWN, Found
from headwater.journeys.channels.hosts import Referrer, site_host
from headwater.journeys.channels.lists import ClickId
from headwater.journeys.channels.rules import RuleSet
from headwater.journeys.channels.signals import Signals
from headwater.journeys.channels.texts import decode, word

DIRECT_SOURCE: Final = "(direct)"
NO_MEDIUM: Final = "(none)"


class Decider(StrEnum):
    """What named the source."""

    RECORDED = "recorded"
    TAGS = "tags"
    CLICK_ID = "click id"
    REFERRER = "referrer"
    INTERNAL = "own site or gateway"
    NOTHING = "nothing"


@dataclass(slots=True)
class Evidence:
    """The source as derived, in the making. Empty texts are not known."""

    decider: Decider = Decider.NOTHING
    source: str = ""
    medium: str = ""
    campaign: str = ""
    content: str = ""
    keyword: str = ""
    category: str = ""
    click_id: ClickId | None = None
    click_id_kind: str = ""
    referrer: Referrer | None = None
    found: Found | None = None
    site: str = ""
    channel: str = ""
    """The recorded channel's name, "" where none is known by that name."""


def gather(arrival: Arrival, rules: RuleSet) -> Evidence:
    """Return what an arrival tells of its source."""
    evidence = Evidence()
    _read_tags(evidence, arrival)
    _read_click_id(evidence, arrival, rules)
    _read_referrer(evidence, arrival, rules)
    _read_recorded_channel(evidence, arrival, rules)
    _name_source(evidence, rules)
    _recognise_channel_word(evidence, rules)
    return evidence


def signals(evidence: Evidence) -> Signals:
    """Return what the rules look at."""
    referrer = evidence.referrer
    click_id = evidence.click_id
    source, medium = evidence.source, evidence.medium
    return Signals(
        source=source,
        source_word=word(source),
        medium=medium,
        medium_word=word(medium),
        campaign=evidence.campaign.lower(),
        content=evidence.content.lower(),
        keyword=evidence.keyword.lower(),
        click_id_kind=evidence.click_id_kind,
        click_id_is="" if click_id is None else "paid" if click_id.paid else "unpaid",
        source_category=evidence.category,
        referrer_host=referrer.host if referrer else "",
        referrer_path=referrer.path.lower() if referrer else "",
        referrer_domain=evidence.found.domain if evidence.found else "",
        site=evidence.site,
        recorded_channel=evidence.channel,
    )


def _read_tags(evidence: Evidence, arrival: Arrival) -> None:
    if arrival.source or arrival.medium:
        evidence.source = decode(arrival.source, encoded=False).lower()
        evidence.medium = decode(arrival.medium, encoded=False).lower()
        if evidence.source or evidence.medium:
            evidence.decider = Decider.RECORDED
    if evidence.decider is Decider.NOTHING and (arrival.utm_source or arrival.utm_medium):
        evidence.source = decode(arrival.utm_source).lower()
        evidence.medium = decode(arrival.utm_medium).lower()
        if evidence.source or evidence.medium:
            evidence.decider = Decider.TAGS
    evidence.campaign = _either(arrival.campaign, arrival.utm_campaign)
    evidence.content = _either(arrival.content, arrival.utm_content)
    evidence.keyword = _either(arrival.keyword, arrival.utm_term)


def _either(recorded: str | None, raw: str | None) -> str:
    found = decode(recorded, encoded=False) if recorded else ""
    return found or (decode(raw) if raw else "")


def _read_click_id(evidence: Evidence, arrival: Arrival, rules: RuleSet) -> None:
    if arrival.click_id_kind:
        evidence.click_id_kind = decode(arrival.click_id_kind, encoded=False).lower()
        evidence.click_id = rules.click_ids.get(evidence.click_id_kind)


def _read_referrer(evidence: Evidence, arrival: Arrival, rules: RuleSet) -> None:
    evidence.site = site_host(arrival.site)
    answer = rules.directory.find(arrival.referrer, evidence.site)
    if answer is None:
        return
    referrer, found = answer
    if found.place.category not in {OWN, GATEWAY}:
        evidence.referrer, evidence.found = referrer, found
    elif evidence.decider is Decider.NOTHING:
        evidence.decider = Decider.INTERNAL


def _read_recorded_channel(evidence: Evidence, arrival: Arrival, rules: RuleSet) -> None:
    recorded = decode(arrival.channel, encoded=False) if arrival.channel else ""
    if not recorded:
        return
    evidence.channel = rules.channel_words.get(word(recorded.lower()), "")
    if not evidence.channel and not (evidence.source or evidence.medium):
        evidence.source = recorded.lower()  # a word of their own: nothing is lost
    if evidence.decider in {Decider.NOTHING, Decider.INTERNAL}:
        evidence.decider = Decider.RECORDED


def _name_source(evidence: Evidence, rules: RuleSet) -> None:
    """Fill source, medium and category from the best witness there is."""
    is_tagged = bool(evidence.source)
    if is_tagged:
        evidence.category = rules.directory.category_of_source(evidence.source)
    click_id, found = evidence.click_id, evidence.found
    if click_id is not None and not (click_id.yields and found is not None):
        _take_click_id(evidence, click_id)
    elif found is not None and not is_tagged:
        _take_referrer(evidence, found, rules)
    _take_keyword(evidence)
    if _says_nothing(evidence):
        evidence.source = DIRECT_SOURCE
    if evidence.source == DIRECT_SOURCE:
        evidence.medium = evidence.medium or NO_MEDIUM


def _says_nothing(evidence: Evidence) -> bool:
    if evidence.source or evidence.medium:
        return False
    if evidence.channel:
        return evidence.channel == DIRECT
    return not evidence.campaign


def _take_click_id(evidence: Evidence, click_id: ClickId) -> None:
    evidence.category = evidence.category or click_id.category
    if not evidence.source:
        evidence.source = click_id.source
    if not evidence.medium:
        evidence.medium = click_id.medium
    if evidence.decider in {Decider.NOTHING, Decider.INTERNAL}:
        evidence.decider = Decider.CLICK_ID


def _take_referrer(evidence: Evidence, found: Found, rules: RuleSet) -> None:
    place = found.place
    evidence.source, evidence.category = place.name, place.category
    if not evidence.medium:
        evidence.medium = rules.lists.sources.mediums.get(place.category, "referral")
    if evidence.decider is Decider.NOTHING:
        evidence.decider = Decider.REFERRER


def _take_keyword(evidence: Evidence) -> None:
    """Take the search that a search engine still sends, where it is the source."""
    found = evidence.found
    if not evidence.keyword and found is not None and found.place.name == evidence.source:
        evidence.keyword = found.keyword


def _recognise_channel_word(evidence: Evidence, rules: RuleSet) -> None:
    """A source such as `organic_search`, with no medium beside it, names a channel."""
    if evidence.channel == "" and evidence.medium in {"", NO_MEDIUM}:
        evidence.channel = rules.channel_words.get(word(evidence.source), "")
