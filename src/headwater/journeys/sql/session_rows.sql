-- One row per session: events of one visitor with no long gap, no midnight (by setting) and no
-- other source arriving between them. Bots have none. Events of one moment stand in the order
-- of their ids. What `origins` and `agents` say of a session is not repeated here: read
-- `sessions`. A carried session stands for its events.
-- grain:  session_id
-- reads:  page_events, agents, origins, local_time, carried_sessions
-- writes: session_rows
-- params: session_timeout, session_midnight
-- Visitors and events go by numbers here: texts are slow to sort and to carry. An event's is
-- the head of its id, so that events of one moment stand in the order of their ids.
with browsed as (
    select
        page_events.visitor_number,
        page_events.fact_number,
        page_events.occurred_at,
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
        visitor_number,
        fact_number,
        ended_at as occurred_at,
        0 as page_view,
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
            when browsed.occurred_at < local_time.changes_at
                then (browsed.occurred_at + local_time.shift_before) // 86400000000
            else (browsed.occurred_at + coalesce(local_time.shift_after, 0)) // 86400000000
        end as local_day
    from browsed
    left join local_time on local_time.utc_day = browsed.occurred_at // 86400000000
),

ordered as (
    select
        *,
        row_number() over visitor as place,
        sum(page_view) over so_far as page_views_so_far,
        lag(occurred_at, 1, cast(null as bigint)) over visitor as previous_at,
        lag(local_day, 1, local_day) over visitor as previous_day,
        lead(occurred_at, 1, cast(null as bigint)) over visitor as next_at
    from dated
    window
        visitor as (partition by visitor_number order by occurred_at, fact_number),
        so_far as (
            partition by visitor_number order by occurred_at, fact_number
            rows between unbounded preceding and current row
        )
),

marks as (
    select
        fact_number,
        visitor_number,
        occurred_at,
        origin_number,
        arrival_number,
        agent_number,
        previous_at,
        next_at,
        place,
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
                partition by visitor_number order by place
            ),
            false
        ) as starts_session
    from marks
),

-- Where a session starts the one before it has ended; a visitor's last event ends theirs.
edges as (
    select
        *,
        case when starts_session then place - 1 else place end as edge_place,
        case when starts_session then page_views_so_far - page_view else page_views_so_far end
            as edge_page_views,
        case when starts_session then previous_at else occurred_at end as edge_at
    from compared
    where starts_session or next_at is null
),

bounded as (
    select
        fact_number,
        occurred_at,
        origin_number,
        agent_number,
        starts_session,
        lead(edge_place, 1, place) over following - place + 1 as events,
        lead(edge_page_views, 1, page_views_so_far) over following
        - page_views_so_far + page_view as page_views,
        lead(edge_at, 1, occurred_at) over following as ended_at
    from edges
    window following as (partition by visitor_number order by place)
),

landed as (
    select
        bounded.*,
        page_events.fact_id,
        page_events.visitor_id,
        page_events.site,
        case
            when strpos(page_events.url, '?') + strpos(page_events.url, '#') = 0
                then page_events.url
            else split_part(split_part(page_events.url, '?', 1), '#', 1)
        end as address
    from bounded
    left join page_events
        on page_events.fact_number = bounded.fact_number
        and page_events.occurred_at = bounded.occurred_at
    where bounded.starts_session
),

-- Only what comes before the first slash is a scheme: a path may hold an address.
parted as (
    select
        *,
        case
            when strpos(address, '://') >= 2 and strpos(address, '://') = strpos(address, '/') - 1
                then substr(address, strpos(address, '://') + 3)
        end as after_scheme
    from landed
)

select
    coalesce(parted.fact_id, carried_sessions.session_id) as session_id,
    coalesce(parted.visitor_id, carried_sessions.visitor_id) as visitor_id,
    coalesce(parted.site, carried_sessions.site) as site,
    coalesce(carried_sessions.started_at, parted.occurred_at) as started_at,
    parted.ended_at,
    cast(parted.events + coalesce(carried_sessions.events - 1, 0) as bigint) as events,
    cast(parted.page_views + coalesce(carried_sessions.page_views, 0) as bigint)
        as page_views,
    case
        when carried_sessions.session_id is not null then carried_sessions.landing_page
        when parted.after_scheme is null then parted.address
        when strpos(parted.after_scheme, '/') = 0 then '/'
        else substr(parted.after_scheme, strpos(parted.after_scheme, '/'))
    end as landing_page,
    parted.origin_number,
    parted.agent_number
from parted
left join carried_sessions on carried_sessions.fact_number = parted.fact_number
