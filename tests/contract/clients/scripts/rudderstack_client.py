"""RudderStack's Python client: every call it has, then the end of the program."""

from __future__ import annotations

import sys
from datetime import datetime

from rudderstack import analytics

url, key, moment = sys.argv[1:]
analytics.write_key = key
analytics.dataPlaneUrl = url
failures: list[object] = []
analytics.on_error = lambda error, _: failures.append(error)
AT = datetime.fromisoformat(moment)
PAGE = {"url": "https://example.com/docs?utm_source=google", "referrer": "https://bing.com/"}
ORDER = {
    "order_id": "o-1",
    "revenue": 99.95,
    "currency": "EUR",
    "products": [{"name": "Chair"}],
}

analytics.identify("u1", {"email": "ann@example.com", "plan": "pro"}, anonymous_id="a1")
analytics.track("u1", "Lead", {"value": 10, "currency": "EUR"}, timestamp=AT)
analytics.page("u1", "Docs", "Home", {"title": "Home", **PAGE}, anonymous_id="a1")
analytics.screen("u1", "App", "Start")
analytics.group("u1", "acme", {"name": "Acme"})
analytics.alias("a1", "u1")
analytics.track("u1", "Order Completed", ORDER)
analytics.shutdown()
sys.exit(f"refused: {failures}" if failures else 0)
