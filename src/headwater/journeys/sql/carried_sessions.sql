-- The last session of each visitor whose new events come after it: they may continue it.
-- grain:  visitor_id
-- reads:  visitor_sessions, redone_sessions, late_visitors, origins, local_time
-- writes: carried_sessions
-- params: session_midnight
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
    cast(hash(visitor_sessions.visitor_id) >> 1 as bigint) as visitor_number,
    substr(visitor_sessions.session_id, 1, 12) as fact_head,
    cast(hash(visitor_sessions.session_id) >> 1 as bigint) as event_number,
    case
        when not $session_midnight then 0
        when visitor_sessions.ended_at < local_time.changes_at
            then (visitor_sessions.ended_at + local_time.shift_before) // 86400000000
        else (visitor_sessions.ended_at + coalesce(local_time.shift_after, 0)) // 86400000000
    end as local_day
from visitor_sessions
inner join redone_sessions on redone_sessions.session_id = visitor_sessions.session_id
left join origins on origins.origin_number = visitor_sessions.origin_number
left join local_time on local_time.utc_day = visitor_sessions.ended_at // 86400000000
where visitor_sessions.visitor_id not in (select late_visitors.visitor_id from late_visitors)
