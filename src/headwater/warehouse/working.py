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
    "late_visitors": "visitor_id varchar",  # whose new events are no continuation
    "redone_sessions": "session_id varchar",
    "visitor_sessions": _SESSION,  # of touched visitors
    "carried_sessions": (  # the last of who continues
        f"{_SESSION}, arrival_number bigint, visitor_number bigint, fact_head varchar, "
        "event_number bigint, local_day bigint"
    ),
    "touched_keys": "person_key varchar",
    "touched_sightings": "fact_id varchar, visitor_id varchar",  # facts with such keys
    "touched_names": "visitor_id varchar",  # visitors whose person may be another
    "touched_facts": "fact_id varchar",  # facts whose person may be another
    "touched_browsers": "visitor_id varchar",  # visitors whose sessions may be another's
    "touched_persons": "person_id varchar",
    "person_visitors": "visitor_id varchar",  # of touched persons
    "their_sessions": _SESSION,  # of those visitors
    "touched_deals": "deal_id varchar",
    "touched_orders": "order_id varchar",
}
"""The columns of each set. Null persons are held as an empty text."""
