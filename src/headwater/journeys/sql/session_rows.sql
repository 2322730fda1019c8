-- One row per session, as `session_bounds` cuts them, with the page it began on. What `origins`
-- and `agents` say of a session is not repeated here: read `sessions`. A carried session stands
-- for its events.
-- grain:  session_id
-- reads:  session_bounds, page_events, carried_sessions
-- writes: session_rows
-- params: none
with landed as (
    select
        session_bounds.event_number,
        session_bounds.occurred_at,
        session_bounds.ended_at,
        session_bounds.events,
        session_bounds.page_views,
        session_bounds.origin_number,
        session_bounds.agent_number,
        page_events.fact_id,
        page_events.visitor_id,
        page_events.site,
        case
            when strpos(page_events.url, '?') + strpos(page_events.url, '#') = 0
                then page_events.url
            else split_part(split_part(page_events.url, '?', 1), '#', 1)
        end as address
    from session_bounds
    left join page_events
        on page_events.event_number = session_bounds.event_number
        and page_events.occurred_at = session_bounds.occurred_at
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
left join carried_sessions on carried_sessions.event_number = parted.event_number
