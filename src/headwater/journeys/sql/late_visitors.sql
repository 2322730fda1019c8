-- Visitors whose new events do not all come after the last session they had: all their events
-- are looked at again.
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
)

select firsts.visitor_id
from firsts
inner join lasts on lasts.visitor_id = firsts.visitor_id
where firsts.first_at <= lasts.last_at
