-- What sessions are cut from: events with where they came from, in numbers; a carried session
-- stands for its events.
-- grain:  event_number
-- reads:  browsed_events, origins, carried_sessions
-- writes: session_events
-- params: none
select
    browsed_events.visitor_number,
    browsed_events.occurred_at,
    browsed_events.fact_head,
    browsed_events.event_number,
    browsed_events.page_views,
    browsed_events.local_day,
    browsed_events.agent_number,
    origins.origin_number,
    origins.arrival_number
from browsed_events
left join origins
    on origins.origin_key = browsed_events.origin_key and origins.arrival_number is not null
union all
select
    carried_sessions.visitor_number,
    carried_sessions.ended_at as occurred_at,
    carried_sessions.fact_head,
    carried_sessions.event_number,
    0 as page_views,
    carried_sessions.local_day,
    carried_sessions.agent_number,
    carried_sessions.origin_number,
    carried_sessions.arrival_number
from carried_sessions
