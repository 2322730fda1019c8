-- One row per session: events of one visitor with no long gap, no midnight (by setting) and no
-- other source arriving between them. Bots have none.
-- grain:  session_id
-- reads:  page_events, agents, origins, local_time
-- writes: sessions
-- params: session_timeout, session_midnight
with browsed as (
    select
        page_events.visitor_id,
        page_events.fact_id,
        page_events.occurred_at,
        page_events.site,
        page_events.url,
        page_events.origin_key,
        agents.device,
        agents.os,
        agents.browser,
        case when page_events.is_page_view then 1 else 0 end as page_view,
        case
            when $session_midnight
                then (
                    page_events.occurred_at
                    + case
                        when page_events.occurred_at < local_time.changes_at
                            then local_time.shift_before
                        else coalesce(local_time.shift_after, 0)
                    end
                ) // 86400000000
            else 0
        end as local_day
    from page_events
    left join agents on agents.user_agent = page_events.user_agent
    left join local_time on local_time.utc_day = page_events.occurred_at // 86400000000
    where not coalesce(agents.is_bot, false)
),

ordered as (
    select
        *,
        lag(occurred_at, 1, occurred_at) over visitor as previous_at,
        lag(local_day, 1, local_day) over visitor as previous_day,
        row_number() over visitor as place,
        sum(page_view) over (
            partition by visitor_id order by occurred_at, fact_id
            rows between unbounded preceding and current row
        ) as page_views_so_far,
        count(*) over whole_visitor as visitor_events,
        sum(page_view) over whole_visitor as visitor_page_views,
        max(occurred_at) over whole_visitor as visitor_ended_at
    from browsed
    window
        visitor as (partition by visitor_id order by occurred_at, fact_id),
        whole_visitor as (
            partition by visitor_id order by occurred_at, fact_id
            rows between unbounded preceding and unbounded following
        )
),

marks as (
    select
        ordered.*,
        place = 1
        or occurred_at - previous_at > $session_timeout
        or local_day <> previous_day as starts_spell,
        origins.arrival
    from ordered
    left join origins on origins.origin_key = ordered.origin_key and not origins.is_internal
    where
        place = 1
        or occurred_at - previous_at > $session_timeout
        or local_day <> previous_day
        or origins.arrival is not null
),

compared as (
    select
        *,
        lag(coalesce(arrival, ''), 1, '') over (
            partition by visitor_id order by occurred_at, fact_id
        ) as previous_arrival
    from marks
),

starts as (
    select
        *,
        lead(place, 1, visitor_events + 1) over following as next_place,
        lead(page_views_so_far - page_view, 1, visitor_page_views) over following
            as page_views_until_next,
        lead(previous_at, 1, visitor_ended_at) over following as ended_at
    from compared
    where starts_spell or arrival <> previous_arrival
    window following as (partition by visitor_id order by occurred_at, fact_id)
)

select
    starts.fact_id as session_id,
    starts.visitor_id,
    starts.site,
    starts.occurred_at as started_at,
    starts.ended_at,
    starts.next_place - starts.place as events,
    starts.page_views_until_next - starts.page_views_so_far + starts.page_view as page_views,
    regexp_extract(starts.url, '^(?:[a-z]+://[^/?#]*)?([^?#]*)', 1) as landing_page,
    coalesce(origins.channel, 'Direct') as channel,
    coalesce(origins.channel_rule, 'direct') as channel_rule,
    coalesce(origins.source, '(direct)') as source,
    coalesce(origins.medium, '(none)') as medium,
    origins.campaign,
    origins.content,
    origins.keyword,
    origins.click_id_kind,
    coalesce(origins.is_direct, true) as is_direct,
    coalesce(starts.device, 'unknown') as device,
    coalesce(starts.os, 'unknown') as os,
    coalesce(starts.browser, 'unknown') as browser
from starts
left join origins on origins.origin_key = starts.origin_key and not origins.is_internal
