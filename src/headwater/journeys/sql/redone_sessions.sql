-- The sessions that are made again: the last one of each visitor with new events, which may go
-- on, and every one of a late visitor.
-- grain:  session_id
-- reads:  visitor_sessions, late_visitors
-- writes: redone_sessions
-- params: none
with ranked as (
    select
        session_id,
        visitor_id,
        row_number() over (
            partition by visitor_id order by started_at desc, ended_at desc
        ) as place
    from visitor_sessions
)

select session_id
from ranked
where place = 1 or visitor_id in (select late_visitors.visitor_id from late_visitors)
