-- One row per session: events of one visitor with no long gap, no midnight (by setting) and no
-- other source arriving between them. Bots have none. What `origins` and `agents` say of a
-- session is not repeated here: read `sessions`.
-- grain:  session_id
-- reads:  page_events, agents, origins, local_time
-- writes: session_rows
-- params: session_timeout, session_midnight
with browsed as (
    select
        page_events.visitor_id,
        page_events.fact_id,
        page_events.occurred_at,
        case when page_events.is_page_view then 1 else 0 end as page_view,
        agents.agent_number,
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
        lead(occurred_at, 1, cast(null as bigint)) over visitor as next_at,
        row_number() over visitor as place,
        sum(page_view) over so_far as page_views_so_far
    from browsed
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
        origin_number,
        arrival_number,
        agent_number,
        previous_at,
        next_at,
        place,
        page_view,
        page_views_so_far,
        place = 1 or occurred_at - previous_at > $session_timeout or local_day <> previous_day
            as starts_spell
    from ordered
    where
        place = 1
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
                partition by visitor_id order by place
            ),
            false
        ) as starts_session
    from marks
),

-- Where a session starts the one before it has ended; a visitor's last event ends theirs.
edges as (
    select
        *,
        case when starts_session then place else place + 1 end as edge_place,
        case when starts_session then page_views_so_far - page_view else page_views_so_far end
            as edge_page_views,
        case when starts_session then previous_at else occurred_at end as edge_at
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
        lead(edge_place, 1, place + 1) over following - place as events,
        lead(edge_page_views, 1, page_views_so_far) over following - page_views_so_far + page_view
            as page_views,
        lead(edge_at, 1, occurred_at) over following as ended_at
    from edges
    window following as (partition by visitor_id order by place)
),

starts as (
    select *
    from bounded
    where starts_session
),

landed as (
    select
        starts.*,
        page_events.site,
        split_part(split_part(page_events.url, '?', 1), '#', 1) as address
    from starts
    inner join page_events on page_events.fact_id = starts.fact_id
)

select
    fact_id as session_id,
    visitor_id,
    site,
    occurred_at as started_at,
    ended_at,
    events,
    cast(page_views as bigint) as page_views,
    case
        when strpos(address, '://') = 0 then address
        when strpos(substr(address, 9), '/') = 0 then '/'
        else substr(address, strpos(substr(address, 9), '/') + 8)
    end as landing_page,
    origin_number,
    agent_number
from landed
