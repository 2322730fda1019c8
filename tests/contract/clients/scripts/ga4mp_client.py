"""The Measurement Protocol's Python client: at once, with a date, postponed, and validated."""

from __future__ import annotations

import sys
from datetime import datetime

from ga4mp import GtagMP

url, key, moment = sys.argv[1:]
ga = GtagMP(api_secret="secret", measurement_id=key, client_id="123.456")  # noqa: S106
ga._base_domain = f"{url}/mp/collect"  # noqa: SLF001 - there is no other way
ga._validation_domain = f"{url}/debug/mp/collect"  # noqa: SLF001
ga.store.set_user_property("user_id", "u1")
ga.store.set_user_property("plan", "pro")
AT = datetime.fromisoformat(moment).astimezone().replace(tzinfo=None)
LEAD = {"value": 10, "currency": "EUR"}
PAGE = {
    "page_location": "https://example.com/docs?utm_source=google",
    "page_referrer": "https://bing.com/",
    "page_title": "Home",
}
ITEMS = [{"item_id": "c-1", "item_name": "Chair", "quantity": 1, "price": 99.95}]
ORDER = {"transaction_id": "o-1", "value": 99.95, "currency": "EUR", "items": ITEMS}

ga.send([{"name": "generate_lead", "params": LEAD}], date=AT)
ga.send([{"name": "page_view", "params": PAGE}], date=AT)
ga.send([{"name": "purchase", "params": ORDER}])
ga.send([{"name": "sign_up", "params": {"method": "mail"}}], postpone=True)
ga.postponed_send()
ga.send([{"name": "generate_lead", "params": {"value": 10}}], validation_hit=True)
