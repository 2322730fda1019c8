"""Where every distinct way of arriving came from, by the channel rules.

An arrival key is made in SQL (`page_events`, `recorded_touches`, `spend_rows`): ten raw texts
joined by the unit separator, which no URL can hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pyarrow as pa

from headwater.journeys.channels import Arrival, Origin, RuleSet, classify, parse_url_arrival
from headwater.journeys.numbers import number_of

SEPARATOR: Final = "\x1f"
_PARTS: Final = 10
_SCHEMA: Final = pa.schema(
    [
        ("origin_key", pa.string()),
        ("channel", pa.string()),
        ("channel_rule", pa.string()),
        ("source", pa.string()),
        ("medium", pa.string()),
        ("campaign", pa.string()),
        ("content", pa.string()),
        ("keyword", pa.string()),
        ("click_id_kind", pa.string()),
        ("referrer_domain", pa.string()),
        ("is_direct", pa.bool_()),
        ("is_internal", pa.bool_()),
        ("origin_number", pa.int64()),
        ("arrival_number", pa.int64()),
    ]
)


def origins(keys: Sequence[str], rules: RuleSet) -> pa.Table:
    """Return one row per arrival key; see docs/reference/tables.md, `origins`.

    `origin_number` stands for the key where a text would be too wide to carry.
    `arrival_number` stands for the source, medium, campaign, content and keyword; sessions
    are split where it changes. It is null where the key says nothing of an origin (direct,
    or an own page).
    """
    found = [_row(key, classify(read(key), rules)) for key in keys]
    return pa.Table.from_pylist(found, _SCHEMA)


def read(key: str) -> Arrival:
    """Return the arrival that a key stands for."""
    parts = [part or None for part in key.split(SEPARATOR)]
    parts += [None] * (_PARTS - len(parts))
    query, referrer, site = parts[:3]
    arrival = parse_url_arrival(f"https://landing.invalid/?{query or ''}", referrer, site)
    channel, source, medium, campaign, content, keyword, click_id_kind = parts[3:_PARTS]
    return replace(
        arrival,
        channel=channel,
        source=source,
        medium=medium,
        campaign=campaign,
        content=content,
        keyword=keyword,
        click_id_kind=click_id_kind or arrival.click_id_kind,
    )


def _row(key: str, origin: Origin) -> dict[str, object]:
    says_nothing = origin.is_internal or origin.is_direct
    named = (origin.source, origin.medium, origin.campaign, origin.content, origin.keyword)
    return {
        "origin_key": key,
        "channel": origin.channel,
        "channel_rule": origin.rule,
        "source": origin.source,
        "medium": origin.medium,
        "campaign": origin.campaign,
        "content": origin.content,
        "keyword": origin.keyword,
        "click_id_kind": origin.click_id_kind,
        "referrer_domain": origin.referrer_domain,
        "is_direct": origin.is_direct,
        "is_internal": origin.is_internal,
        "origin_number": number_of(key),
        "arrival_number": None if says_nothing else number_of(*(text or "" for text in named)),
    }
