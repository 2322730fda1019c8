-- One row per touch of one person: sessions, and facts that record a source without one.
-- A touch has the id of its session or else of its fact. A lead's recorded source is a touch only where its browser left no session of its own.
-- grain:  touch_id
-- reads:  sessions, visitors, recorded_touches, fact_persons, origins
-- writes: touchpoints
-- params: none
select
    sessions.session_id as touch_id,
    coalesce(visitors.person_id, sessions.visitor_id) as person_id,
    sessions.started_at as touched_at,
    'session' as kind,
    sessions.channel,
    sessions.channel_rule,
    sessions.source,
    sessions.medium,
    sessions.campaign,
    sessions.content,
    sessions.keyword,
    sessions.landing_page,
    sessions.is_direct,
    sessions.visitor_id
from sessions
left join visitors on visitors.visitor_id = sessions.visitor_id
union all
select
    recorded_touches.fact_id as touch_id,
    fact_persons.person_id,
    recorded_touches.occurred_at as touched_at,
    case
        when origins.channel in ('Offline', 'Word of Mouth') and recorded_touches.kind = 'recorded'
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
    select distinct visitor_id
    from sessions
) as browsing on browsing.visitor_id = recorded_touches.visitor_id
where browsing.visitor_id is null
