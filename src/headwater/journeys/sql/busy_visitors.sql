-- Visitors with a session as no person browses: too fast, too long, or with nothing but pages.
-- Whether that makes them robots is said in `bot_visitors`.
-- grain:  visitor_id
-- reads:  session_rows, bot_limits
-- writes: busy_visitors
-- params: none
with broken as (
    select
        session_rows.visitor_id,
        min(case when bot_limits.page_micros is not null then bot_limits.place end) as place,
        max(case when bot_limits.page_micros is null then session_rows.started_at end)
            as silent_at,
        max(session_rows.page_views) as session_pages,
        min((session_rows.ended_at - session_rows.started_at) // (session_rows.page_views - 1))
            as page_micros
    from session_rows
    inner join bot_limits on bot_limits.pages <= session_rows.page_views
    where
        case
            when bot_limits.page_micros is null then session_rows.events = session_rows.page_views
            else
                session_rows.ended_at - session_rows.started_at
                <= bot_limits.page_micros * (session_rows.page_views - 1)
        end
    group by session_rows.visitor_id
),

their_totals as (
    select
        visitor_id,
        min(site) as site,
        count(*) as sessions,
        cast(sum(page_views) as bigint) as page_views,
        cast(sum(events) as bigint) as events,
        min(started_at) as first_seen_at,
        max(ended_at) as last_seen_at
    from session_rows
    where visitor_id in (select broken.visitor_id from broken)
    group by visitor_id
)

select
    broken.visitor_id,
    bot_limits.reason,
    case when their_totals.events = their_totals.page_views then broken.silent_at end
        as silent_at,
    broken.session_pages,
    broken.page_micros,
    their_totals.site,
    their_totals.sessions,
    their_totals.page_views,
    their_totals.events,
    their_totals.first_seen_at,
    their_totals.last_seen_at
from broken
inner join their_totals on their_totals.visitor_id = broken.visitor_id
left join bot_limits on bot_limits.place = broken.place
