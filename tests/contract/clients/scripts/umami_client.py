"""Umami's Python client: a page view, events, a revenue."""

import json
import sys

import umami

url, key = sys.argv[1:]
umami.set_url_base(url)
umami.set_website_id(key)
umami.set_hostname(key.replace("hw_", "site-") + ".example")
umami.enable()
page = {
    "url": "/docs?utm_source=google",
    "referrer": "https://bing.com/",
    "language": "de-DE",
    "distinct_id": "u1",
}
umami.new_page_view("Home", **page)
umami.new_event("Lead", custom_data={"revenue": 10, "currency": "EUR"}, **page)
order = {"revenue": 99.95, "currency": "EUR", "order_id": "o-1"}
answer = umami.new_event("purchase", custom_data=order, **page)
print(json.dumps(answer))  # noqa: T201 - what the test reads
