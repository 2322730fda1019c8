-- What sessions are cut from: events with the number of how they arrived; a carried session
-- stands for its events.
-- grain:  event_number
-- reads:  browsed_events, carried_sessions
-- writes: session_events
-- params: none
select
    visitor_number,
    occurred_at,
    fact_head,
    event_number,
    page_views,
    local_day,
    agent_number,
    key_number
from browsed_events
union all
select
    visitor_number,
    ended_at as occurred_at,
    fact_head,
    event_number,
    0 as page_views,
    local_day,
    agent_number,
    key_number
from carried_sessions
