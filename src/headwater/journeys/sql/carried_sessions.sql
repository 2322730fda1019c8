-- The last session of each visitor whose new events come after it: they may continue it.
-- grain:  visitor_id
-- reads:  gone_sessions, late_visitors, origins, local_time
-- writes: carried_sessions
-- params: session_midnight
select
    gone_sessions.session_id,
    gone_sessions.visitor_id,
    gone_sessions.site,
    gone_sessions.started_at,
    gone_sessions.ended_at,
    gone_sessions.events,
    gone_sessions.page_views,
    gone_sessions.landing_page,
    gone_sessions.origin_number,
    cast(hash(origins.origin_key) >> 1 as bigint) as key_number,
    gone_sessions.agent_number,
    cast(hash(gone_sessions.visitor_id) >> 1 as bigint) as visitor_number,
    substr(gone_sessions.session_id, 1, 12) as fact_head,
    cast(hash(gone_sessions.session_id) >> 1 as bigint) as event_number,
    case
        when not $session_midnight then 0
        when gone_sessions.ended_at < local_time.changes_at
            then (gone_sessions.ended_at + local_time.shift_before) // 86400000000
        else (gone_sessions.ended_at + coalesce(local_time.shift_after, 0)) // 86400000000
    end as local_day
from gone_sessions
left join origins on origins.origin_number = gone_sessions.origin_number
left join local_time on local_time.utc_day = gone_sessions.ended_at // 86400000000
where gone_sessions.visitor_id not in (select late_visitors.visitor_id from late_visitors)
