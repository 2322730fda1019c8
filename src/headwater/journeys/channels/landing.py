"""Read an arrival from the URL of the landing page."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from headwater.journeys.channels.arrival import Arrival
from headwater.journeys.channels.hosts import site_host
from headwater.journeys.channels.lists import Tags, shipped

LONGEST_URL: Final = 16_384


def parse_url_arrival(
    url: str, referrer: str | None = None, site: str | None = None
) -> Arrival:
    """Return the arrival at a landing URL: its campaign tags and its first click id.

    `url` may be a whole URL or only its query (`?utm_source=...`). Tags are kept raw; the
    first of a name counts, also after `#`. `site` is by default the URL's host.
    """
    parameters = _parameters(url[:LONGEST_URL])
    lists = shipped()
    tags: Tags = lists.tags
    return Arrival(
        utm_source=_first(parameters, tags.source),
        utm_medium=_first(parameters, tags.medium),
        utm_campaign=_first(parameters, tags.campaign),
        utm_content=_first(parameters, tags.content),
        utm_term=_first(parameters, tags.term),
        click_id_kind=next(
            (one.parameter for one in lists.click_ids if parameters.get(one.parameter)), None
        ),
        referrer=referrer,
        site=site or (site_host(url) if "://" in url else "") or None,
    )


def _parameters(url: str) -> dict[str, str]:
    """Return the raw values of the query's parameters by lower-case name."""
    before, _, fragment = url.partition("#")
    query = before.partition("?")[2]
    if "=" in fragment:
        query = f"{query}&{fragment.rpartition('?')[2]}"
    found: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        name = unquote(name).strip().lower().removeprefix("amp;")
        if value:
            found.setdefault(name, value)
    return found


def _first(parameters: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((parameters[name] for name in names if name in parameters), None)
