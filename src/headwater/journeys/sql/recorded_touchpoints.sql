-- Touches that are no session: imported touchpoints, and leads, calls and chats that record
-- their source. One whose browser left sessions of its own is left out: they are the touches.
-- grain:  touch_id
-- reads:  recorded_touches, fact_persons, origins, session_rows
-- writes: recorded_touchpoints
-- params: none
select
    recorded_touches.fact_id as touch_id,
    fact_persons.person_id,
    recorded_touches.occurred_at as touched_at,
    case
        when
            origins.channel in ('Offline', 'Word of Mouth')
            and recorded_touches.kind = 'recorded'
            then 'offline'
        else recorded_touches.kind
    end as kind,
    origins.channel,
    origins.channel_rule,
    coalesce(recorded_touches.recorded_source, origins.source) as source,
    origins.medium,
    origins.campaign,
    origins.content,
    origins.keyword,
    recorded_touches.landing_page,
    origins.is_direct,
    recorded_touches.visitor_id
from recorded_touches
inner join fact_persons on fact_persons.fact_id = recorded_touches.fact_id
inner join origins on origins.origin_key = recorded_touches.origin_key
left join (
    select distinct session_rows.visitor_id
    from session_rows
    where session_rows.visitor_id in (
        select recorded_touches.visitor_id from recorded_touches
    )
) as browsing on browsing.visitor_id = recorded_touches.visitor_id
where browsing.visitor_id is null
