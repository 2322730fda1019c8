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
        case when page_events.is_page_view then 1 else 0 end as page_view,
        origins.origin_number,
        origins.arrival_number,
        case
            when not $session_midnight then 0
            when page_events.occurred_at < local_time.changes_at
                then (page_events.occurred_at + local_time.shift_before) // 86400000000
            else
                (page_events.occurred_at + coalesce(local_time.shift_after, 0)) // 86400000000
        end as local_day
    from page_events
    left join agents on agents.user_agent = page_events.user_agent
    left join origins
        on origins.origin_key = page_events.origin_key and origins.arrival_number is not null
    left join local_time on local_time.utc_day = page_events.occurred_at // 86400000000
    where not coalesce(agents.is_bot, false)
),

ordered as (
    select
        *,
        lag(occurred_at, 1, occurred_at) over visitor as previous_at,
        lag(local_day, 1, local_day) over visitor as previous_day,
        row_number() over visitor as place,
        sum(page_view) over so_far as page_views_so_far,
        count(*) over whole as visitor_events,
        sum(page_view) over whole as visitor_page_views,
        max(occurred_at) over whole as visitor_ended_at
    from browsed
    window
        visitor as (partition by visitor_id order by occurred_at, fact_id),
        so_far as (
            partition by visitor_id order by occurred_at, fact_id
            rows between unbounded preceding and current row
        ),
        whole as (
            partition by visitor_id order by occurred_at, fact_id
            rows between unbounded preceding and unbounded following
        )
),

marks as (
    select
        *,
        place = 1 or occurred_at - previous_at > $session_timeout or local_day <> previous_day
            as starts_spell
    from ordered
    where
        place = 1
        or occurred_at - previous_at > $session_timeout
        or local_day <> previous_day
        or arrival_number is not null
),

compared as (
    select
        *,
        lag(coalesce(arrival_number, -1), 1, -1) over (
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
    where starts_spell or arrival_number <> previous_arrival
    window following as (partition by visitor_id order by occurred_at, fact_id)
),

landed as (
    select
        starts.*,
        page_events.site,
        page_events.user_agent,
        split_part(split_part(page_events.url, '?', 1), '#', 1) as address
    from starts
    inner join page_events on page_events.fact_id = starts.fact_id
)

select
    landed.fact_id as session_id,
    landed.visitor_id,
    landed.site,
    landed.occurred_at as started_at,
    landed.ended_at,
    landed.next_place - landed.place as events,
    cast(landed.page_views_until_next - landed.page_views_so_far + landed.page_view as bigint)
        as page_views,
    case
        when strpos(landed.address, '://') = 0 then landed.address
        when strpos(substr(landed.address, 9), '/') = 0 then '/'
        else substr(landed.address, strpos(substr(landed.address, 9), '/') + 8)
    end as landing_page,
    coalesce(origins.channel, 'Direct') as channel,
    coalesce(origins.channel_rule, 'direct') as channel_rule,
    coalesce(origins.source, '(direct)') as source,
    coalesce(origins.medium, '(none)') as medium,
    origins.campaign,
    origins.content,
    origins.keyword,
    origins.click_id_kind,
    coalesce(origins.is_direct, true) as is_direct,
    coalesce(agents.device, 'unknown') as device,
    coalesce(agents.os, 'unknown') as os,
    coalesce(agents.browser, 'unknown') as browser
from landed
left join origins on origins.origin_number = landed.origin_number
left join agents on agents.user_agent = landed.user_agent
