"""Working sets of one rebuild: temporary tables that say what new facts touched.

In a full rebuild they are empty: everything is made.
"""

from __future__ import annotations

from typing import Final

_SESSION: Final = (
    "session_id varchar, visitor_id varchar, site varchar, started_at bigint, ended_at bigint, "
    "events bigint, page_views bigint, landing_page varchar, origin_number bigint, "
    "agent_number bigint"
)

SETS: Final = {
    "touched_visitors": "visitor_id varchar",  # with new events
    "touched_keys": "person_key varchar",
    "touched_sightings": "fact_id varchar, visitor_id varchar",  # facts with such keys
    "touched_names": "visitor_id varchar",  # visitors whose person may be another
    "touched_facts": "fact_id varchar",  # facts whose person may be another
    "their_sightings": (  # of those facts
        "fact_id varchar, occurred_at bigint, visitor_id varchar, email_key varchar, "
        "phone_key varchar, external_id varchar, account_id varchar, subject varchar, "
        "name_key varchar"
    ),
    "touched_accounts": "account_id varchar",
    "touched_deals": "deal_id varchar",
    "touched_orders": "order_id varchar",
    "touched_persons": "person_id varchar",
    "person_visitors": "visitor_id varchar",  # of touched persons
    "known_sessions": _SESSION,  # of those visitors, as they were
    "visitor_sessions": _SESSION,  # of touched visitors, as they were
    "late_visitors": "visitor_id varchar",  # whose new events are no continuation
    "gone_sessions": _SESSION,  # as they were that are made again
    "carried_sessions": (  # the last of who continues
        f"{_SESSION}, key_number bigint, visitor_number bigint, fact_head varchar, "
        "event_number bigint, local_day bigint"
    ),
    "their_sessions": _SESSION,  # of touched persons, as they are now
    "their_touches": (  # of touched persons
        "touch_id varchar, person_id varchar, touched_at bigint, kind varchar, "
        "channel varchar, channel_rule varchar, source varchar, medium varchar, "
        "campaign varchar, content varchar, keyword varchar, landing_page varchar, "
        "is_direct boolean, visitor_id varchar"
    ),
}
"""The columns of each set. Null persons are held as an empty text."""
