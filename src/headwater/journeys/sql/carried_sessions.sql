-- The last session of each visitor whose new events come after it: they may continue it.
-- grain:  visitor_id
-- reads:  visitor_sessions, redone_sessions, late_visitors, origins
-- writes: carried_sessions
-- params: none
select
    visitor_sessions.session_id,
    visitor_sessions.visitor_id,
    visitor_sessions.site,
    visitor_sessions.started_at,
    visitor_sessions.ended_at,
    visitor_sessions.events,
    visitor_sessions.page_views,
    visitor_sessions.landing_page,
    visitor_sessions.origin_number,
    origins.arrival_number,
    visitor_sessions.agent_number,
    hash(visitor_sessions.visitor_id) as visitor_number,
    cast('0x' || substr(visitor_sessions.session_id, 1, 15) as bigint) as fact_number
from visitor_sessions
inner join redone_sessions on redone_sessions.session_id = visitor_sessions.session_id
left join origins on origins.origin_number = visitor_sessions.origin_number
where visitor_sessions.visitor_id not in (select late_visitors.visitor_id from late_visitors)
