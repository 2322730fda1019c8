"""PostHog's Python client: events, a person, an alias, a company, then the end."""

from __future__ import annotations

import sys
from datetime import datetime

from posthog import Posthog

url, key, moment = sys.argv[1:]
failures: list[object] = []
posthog = Posthog(key, host=url, on_error=lambda error, _: failures.append(error), gzip=True)
AT = datetime.fromisoformat(moment)
PAGE = {
    "$current_url": "https://example.com/docs?utm_source=google",
    "$referrer": "https://bing.com/",
    "title": "Home",
    "$device_id": "a1",
}
ORDER = {
    "order_id": "o-1",
    "revenue": 99.95,
    "currency": "EUR",
    "products": [{"name": "Chair"}],
}

posthog.capture(
    "Lead", distinct_id="u1", properties={"value": 10, "currency": "EUR"}, timestamp=AT
)
posthog.capture("$pageview", distinct_id="u1", properties=PAGE)
posthog.capture("Order Completed", distinct_id="u1", properties=ORDER)
posthog.set(distinct_id="u1", properties={"email": "ann@example.com", "plan": "pro"})
posthog.alias("a1", "u1")
posthog.group_identify("company", "acme", {"name": "Acme"})
posthog.shutdown()
sys.exit(f"refused: {failures}" if failures else 0)
