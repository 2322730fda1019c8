-- Visitors whose new events do not all come after the last session they had, or where two
-- sessions of one moment might be it: all their events are looked at again.
-- grain:  visitor_id
-- reads:  page_events, visitor_sessions
-- writes: late_visitors
-- params: none
with firsts as (
    select visitor_id, min(occurred_at) as first_at
    from page_events
    group by visitor_id
),

lasts as (
    select visitor_id, max(ended_at) as last_at
    from visitor_sessions
    group by visitor_id
),

at_once as (
    select visitor_sessions.visitor_id
    from visitor_sessions
    inner join lasts
        on lasts.visitor_id = visitor_sessions.visitor_id
        and lasts.last_at = visitor_sessions.started_at
    group by visitor_sessions.visitor_id
    having count(*) > 1
)

select firsts.visitor_id
from firsts
inner join lasts on lasts.visitor_id = firsts.visitor_id
where
    firsts.first_at <= lasts.last_at
    or firsts.visitor_id in (select at_once.visitor_id from at_once)
