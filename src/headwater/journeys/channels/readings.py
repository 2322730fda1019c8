"""Say what was read of an arrival, and from where: for people who ask why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from headwater.journeys.channels.arrival import Arrival
from headwater.journeys.channels.directory import GATEWAY, OWN
from headwater.journeys.channels.evidence import DIRECT_SOURCE, Evidence
from headwater.journeys.channels.rules import RuleSet
from headwater.journeys.channels.texts import decode


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing read: the field it fills, its value, and where it was found, in words."""

    field: str
    value: str
    found_in: str


def readings(arrival: Arrival, evidence: Evidence, rules: RuleSet) -> tuple[Reading, ...]:
    """Return what was read of an arrival, in the order in which it counts."""
    return tuple(_Reader(arrival, evidence, rules).all())


@dataclass(frozen=True, slots=True)
class _Reader:
    arrival: Arrival
    evidence: Evidence
    rules: RuleSet

    def all(self) -> Iterator[Reading]:
        evidence = self.evidence
        if evidence.channel:
            yield Reading("recorded_channel", evidence.channel, self._channel_from())
        yield Reading("source", evidence.source, self._source_from())
        if evidence.category:
            yield Reading("source_category", evidence.category, self._category_from())
        if evidence.medium:
            yield Reading("medium", evidence.medium, self._medium_from())
        yield from self._texts()
        yield from self._click_id()
        yield from self._referrer()

    def _channel_from(self) -> str:
        if self.arrival.channel:
            return "the channel that was recorded"
        return "a source that is a word for a channel (`words` of the rules), without a medium"

    def _source_from(self) -> str:
        evidence = self.evidence
        if evidence.source == DIRECT_SOURCE and not self._is_told("source"):
            return "nothing names a source"
        if self._is_told("source"):
            return self._teller("source")
        if self._is_by_click_id():
            return f"the click id {evidence.click_id_kind} (click_ids.toml)"
        if evidence.referrer is not None and evidence.found is not None:
            return f"the referrer's host {evidence.referrer.host}"
        return (
            "the channel that was recorded"
            if self.arrival.channel
            else "nothing names a source"
        )

    def _category_from(self) -> str:
        evidence = self.evidence
        if self._is_told("source"):
            place = self.rules.directory.place_of_source(evidence.source)
            if place.category == evidence.category:
                return place.listed
        elif evidence.found is not None and not self._is_by_click_id():
            return evidence.found.place.listed or "no list knows the host"
        return f"the click id {evidence.click_id_kind} (click_ids.toml)"

    def _medium_from(self) -> str:
        evidence = self.evidence
        if self._is_told("medium"):
            return self._teller("medium")
        if evidence.source == DIRECT_SOURCE:
            return "what an arrival without a source has"
        if self._is_by_click_id():
            return f"the click id {evidence.click_id_kind} (click_ids.toml)"
        return "what such a source has, known by its referrer (sources.toml, mediums)"

    def _texts(self) -> Iterator[Reading]:
        for field in ("campaign", "content", "keyword"):
            value = getattr(self.evidence, field)
            if not value:
                continue
            told = self._teller(field) if self._is_told(field) else "the search in the referrer"
            yield Reading(field, value, told)

    def _click_id(self) -> Iterator[Reading]:
        kind, known = self.evidence.click_id_kind, self.evidence.click_id
        if not kind:
            return
        if known is None:
            told = "the landing address; no click id that click_ids.toml knows"
        elif known.paid:
            told = "the landing address; only advertisements carry it (click_ids.toml)"
        else:
            told = "the landing address; it proves no advertisement (click_ids.toml)"
        yield Reading("click_id_kind", kind, told)

    def _referrer(self) -> Iterator[Reading]:
        answer = self.rules.directory.find(self.arrival.referrer, self.evidence.site)
        if answer is None:
            if self.arrival.referrer:
                text = self.arrival.referrer[:200]
                yield Reading("referrer", text, "it names no site and no app: none")
            return
        referrer, found = answer
        if found.place.category == OWN:
            told = f"a page of your own ({found.place.listed}): counts as none"
        elif found.place.category == GATEWAY:
            told = f"a page that buyers pass through ({found.place.listed}): counts as none"
        else:
            told = found.place.listed or "no list knows the host"
        yield Reading("referrer", referrer.host, told)

    def _is_by_click_id(self) -> bool:
        """Tell whether a click id spoke: one that yields lets a referrer speak."""
        known = self.evidence.click_id
        return known is not None and not (known.yields and self.evidence.found is not None)

    def _is_told(self, field: str) -> bool:
        return bool(self._recorded(field) or self._tagged(field))

    def _teller(self, field: str) -> str:
        return "what was recorded" if self._recorded(field) else "the landing address's tag"

    def _recorded(self, field: str) -> str:
        text = getattr(self.arrival, field)
        return decode(text, encoded=False) if text else ""

    def _tagged(self, field: str) -> str:
        if field in {"source", "medium"} and (
            self._recorded("source") or self._recorded("medium")
        ):
            return ""
        text = getattr(self.arrival, "utm_term" if field == "keyword" else f"utm_{field}")
        return decode(text) if text else ""
