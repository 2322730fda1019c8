"""Snowplow's Python tracker by POST or GET, the fourth argument: every kind of event it has."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from snowplow_tracker import (
    Emitter,
    PageView,
    SelfDescribing,
    SelfDescribingJson,
    StructuredEvent,
    Subject,
    Tracker,
)

url, key, moment, method = sys.argv[1:]
AT = datetime.fromisoformat(moment).timestamp() * 1000
ITEM = {"sku": "c-1", "price": 99.95, "quantity": 1, "name": "Chair"}
PAGE = ("https://example.com/docs?utm_source=google", "Home", "https://bing.com/")
failures: list[Any] = []
place = urlsplit(url)
emitter = Emitter(
    place.hostname or "",
    protocol="http",
    port=place.port,
    method=method,
    on_failure=lambda _, unsent: failures.append(unsent),
)
subject = Subject().set_user_id("u1").set_domain_user_id("a1").set_lang("de-DE")
tracker = Tracker("contract", emitter, subject, app_id=key)

tracker.track(PageView(*PAGE))
tracker.track(StructuredEvent("forms", "Lead", value=10.0, true_timestamp=AT))
demo = SelfDescribingJson("iglu:com.example/demo_booked/jsonschema/1-0-0", {"seats": 4})
plan = SelfDescribingJson("iglu:com.example/plan/jsonschema/1-0-0", {"name": "pro"})
tracker.track(SelfDescribing(demo, context=[plan]))
tracker.track_ecommerce_transaction("o-1", 99.95, currency="EUR", items=[ITEM])
tracker.flush()
sys.exit(f"refused: {failures}" if failures else 0)
