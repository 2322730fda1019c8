"""How a client's page and campaign become the columns that tell where a visitor came from."""

from __future__ import annotations

from collections.abc import Mapping

from headwater.capture.protocols.payloads import first_text
from headwater.capture.wire import WireRequest


def seen_by(request: WireRequest) -> dict[str, object]:
    """Return the visitor's agent and address as the request shows them.

    They are None, and so is the language, where a server speaks for its visitors: its own are
    not theirs. Browsers call themselves Mozilla, servers' libraries do not.
    """
    agent = request.headers.get("user-agent", "")
    if not agent.startswith(("Mozilla/", "Opera/")):
        return {"user_agent": None, "ip": None, "language": None}
    return {"user_agent": agent, "ip": request.ip}


def campaign_columns(campaign: Mapping[str, object], url: str | None) -> dict[str, object]:
    """Return the source columns of a campaign that is told apart from the page's address.

    Empty where the address carries its own tags: channel rules read those anew on rebuild.
    """
    if url is not None and "utm_" in url:
        return {}
    columns = {
        "source": first_text(campaign, "source", "utm_source"),
        "medium": first_text(campaign, "medium", "utm_medium"),
        "campaign": first_text(campaign, "name", "campaign", "utm_campaign"),
        "content": first_text(campaign, "content", "utm_content"),
        "keyword": first_text(campaign, "term", "keyword", "utm_term"),
    }
    return {name: text for name, text in columns.items() if text is not None}
