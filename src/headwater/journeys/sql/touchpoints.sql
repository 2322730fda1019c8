-- One row per touch of one person: sessions, and facts that record a source without one.
-- A touch has the id of its session or else of its fact.
-- grain:  touch_id
-- reads:  sessions, session_owners, visitors, recorded_touchpoints
-- writes: touchpoints
-- params: none
select
    sessions.session_id as touch_id,
    coalesce(session_owners.person_id, visitors.person_id, sessions.visitor_id) as person_id,
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
left join session_owners on session_owners.session_id = sessions.session_id
union all
select
    touch_id, person_id, touched_at, kind, channel, channel_rule, source, medium, campaign,
    content, keyword, landing_page, is_direct, visitor_id
from recorded_touchpoints
