-- The sessions that are made again, as they were: the last one of each visitor with new events,
-- which may go on, and every one of a late visitor.
-- grain:  session_id
-- reads:  visitor_sessions, late_visitors
-- writes: gone_sessions
-- params: none
with ranked as (
    select
        *,
        row_number() over (
            partition by visitor_id order by started_at desc, ended_at desc
        ) as place
    from visitor_sessions
)

select
    session_id, visitor_id, site, started_at, ended_at, events, page_views, landing_page,
    origin_number, agent_number
from ranked
where place = 1 or visitor_id in (select late_visitors.visitor_id from late_visitors)
