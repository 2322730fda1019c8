-- One row per session: events of one visitor with no long gap, no midnight (by setting) and no
-- other source arriving between them. Bots have none. What `origins` and `agents` say of a
-- session is not repeated here: read `sessions`. A carried session stands for its events.
-- grain:  session_id
-- reads:  page_events, agents, origins, local_time, carried_sessions
-- writes: session_rows
-- params: session_timeout, session_midnight
with browsed as (
    select
        page_events.visitor_id,
        page_events.fact_id,
        page_events.occurred_at,
        page_events.occurred_at as until_at,
        1 as weight,
        case when page_events.is_page_view then 1 else 0 end as page_view,
        agents.agent_number,
        origins.origin_number,
        origins.arrival_number
    from page_events
    left join agents on agents.user_agent = page_events.user_agent
    left join origins
        on origins.origin_key = page_events.origin_key and origins.arrival_number is not null
    where not coalesce(agents.is_bot, false)
    union all
    select
        visitor_id,
        session_id as fact_id,
        started_at as occurred_at,
        ended_at as until_at,
        events as weight,
        page_views as page_view,
        agent_number,
        origin_number,
        arrival_number
    from carried_sessions
),

dated as (
    select
        browsed.*,
        case
            when not $session_midnight then 0
            when browsed.until_at < local_time.changes_at
                then (browsed.until_at + local_time.shift_before) // 86400000000
            else (browsed.until_at + coalesce(local_time.shift_after, 0)) // 86400000000
        end as local_day
    from browsed
    left join local_time on local_time.utc_day = browsed.until_at // 86400000000
),

ordered as (
    select
        *,
        lag(until_at, 1, cast(null as bigint)) over visitor as previous_at,
        lag(local_day, 1, local_day) over visitor as previous_day,
        lead(occurred_at, 1, cast(null as bigint)) over visitor as next_at,
        sum(weight) over so_far as events_so_far,
        sum(page_view) over so_far as page_views_so_far
    from dated
    window
        visitor as (partition by visitor_id order by occurred_at, fact_id),
        so_far as (
            partition by visitor_id order by occurred_at, fact_id
            rows between unbounded preceding and current row
        )
),

marks as (
    select
        fact_id,
        visitor_id,
        occurred_at,
        until_at,
        origin_number,
        arrival_number,
        agent_number,
        previous_at,
        next_at,
        weight,
        events_so_far,
        page_view,
        page_views_so_far,
        previous_at is null
        or occurred_at - previous_at > $session_timeout
        or local_day <> previous_day as starts_spell
    from ordered
    where
        previous_at is null
        or next_at is null
        or occurred_at - previous_at > $session_timeout
        or local_day <> previous_day
        or arrival_number is not null
),

compared as (
    select
        *,
        starts_spell
        or coalesce(
            arrival_number <> lag(coalesce(arrival_number, -1), 1, -1) over (
                partition by visitor_id order by events_so_far
            ),
            false
        ) as starts_session
    from marks
),

-- Where a session starts the one before it has ended; a visitor's last event ends theirs.
edges as (
    select
        *,
        case when starts_session then events_so_far - weight else events_so_far end
            as edge_events,
        case when starts_session then page_views_so_far - page_view else page_views_so_far end
            as edge_page_views,
        case when starts_session then previous_at else until_at end as edge_at
    from compared
    where starts_session or next_at is null
),

bounded as (
    select
        fact_id,
        visitor_id,
        occurred_at,
        origin_number,
        agent_number,
        starts_session,
        lead(edge_events, 1, events_so_far) over following - events_so_far + weight as events,
        lead(edge_page_views, 1, page_views_so_far) over following - page_views_so_far + page_view
            as page_views,
        lead(edge_at, 1, until_at) over following as ended_at
    from edges
    window following as (partition by visitor_id order by events_so_far)
),

landed as (
    select
        bounded.*,
        page_events.site,
        split_part(split_part(page_events.url, '?', 1), '#', 1) as address
    from bounded
    left join page_events on page_events.fact_id = bounded.fact_id
    where bounded.starts_session
)

select
    landed.fact_id as session_id,
    landed.visitor_id,
    coalesce(landed.site, carried_sessions.site) as site,
    landed.occurred_at as started_at,
    landed.ended_at,
    cast(landed.events as bigint) as events,
    cast(landed.page_views as bigint) as page_views,
    case
        when carried_sessions.session_id is not null then carried_sessions.landing_page
        -- Only what comes before the first slash is a scheme: a path may hold an address.
        when
            strpos(landed.address, '://') < 2
            or strpos(landed.address, '://') + 1 <> strpos(landed.address, '/')
            then landed.address
        when strpos(substr(landed.address, strpos(landed.address, '://') + 3), '/') = 0 then '/'
        else substr(
            landed.address,
            strpos(landed.address, '://') + 2
            + strpos(substr(landed.address, strpos(landed.address, '://') + 3), '/')
        )
    end as landing_page,
    landed.origin_number,
    landed.agent_number
from landed
left join carried_sessions on carried_sessions.session_id = landed.fact_id
