-- What robots did: events of those who say so, sessions of those who browse so.
-- grain: one event, or one session
-- reads: bot_hits, bot_visitors, session_rows, agents
-- writes: none
-- params: none
select
    agents.bot_reason,
    agents.bot_family,
    bot_hits.site,
    bot_hits.occurred_at as seen_at,
    bot_hits.visitor_id,
    1 as hits
from bot_hits
left join agents on agents.agent_number = bot_hits.agent_number
union all
select
    bot_visitors.reason as bot_reason,
    coalesce(agents.browser, 'unknown') as bot_family,
    session_rows.site,
    session_rows.started_at as seen_at,
    session_rows.visitor_id,
    session_rows.events as hits
from bot_visitors
inner join session_rows on session_rows.visitor_id = bot_visitors.visitor_id
left join agents on agents.agent_number = session_rows.agent_number
