"""Plausible's own events and their properties by our names; all others keep theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NAMES: Final = {
    "pageview": "page_view",
    "engagement": "engagement",
    "Outbound Link: Click": "outbound_click",
    "Cloaked Link: Click": "outbound_click",
    "File Download": "file_download",
    "Form: Submission": "form_submit",
}

_OF_LINKS: Final = frozenset({"outbound_click", "file_download"})


def named_properties(name: str, properties: Mapping[str, object]) -> dict[str, object]:
    """Return the properties of an event of ours: the address of a link is `link_url`."""
    if name not in _OF_LINKS or "url" not in properties:
        return dict(properties)
    others = {key: value for key, value in properties.items() if key != "url"}
    return {"link_url": properties["url"], **others}
