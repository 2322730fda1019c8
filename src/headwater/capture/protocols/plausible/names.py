"""Plausible's own events by our names; all others keep theirs."""

from __future__ import annotations

from typing import Final

NAMES: Final = {
    "pageview": "page_view",
    "engagement": "engagement",
    "Outbound Link: Click": "outbound_click",
    "Cloaked Link: Click": "outbound_click",
    "File Download": "file_download",
    "Form: Submission": "form_submit",
}
