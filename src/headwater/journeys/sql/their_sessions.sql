-- The sessions of touched persons, as they are now.
-- grain:  session_id
-- reads:  known_sessions, gone_sessions, new_session_rows
-- writes: their_sessions
-- params: none
select
    session_id, visitor_id, site, started_at, ended_at, events, page_views, landing_page,
    origin_number, agent_number
from known_sessions
where session_id not in (select gone_sessions.session_id from gone_sessions)
union all
select
    session_id, visitor_id, site, started_at, ended_at, events, page_views, landing_page,
    origin_number, agent_number
from new_session_rows
