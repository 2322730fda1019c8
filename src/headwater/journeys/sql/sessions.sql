-- Sessions with where they came from and what they were made with. Robots have none.
-- grain:  session_id
-- reads:  session_rows, origins, agents, bot_visitors
-- writes: sessions
-- params: none
select
    session_rows.session_id,
    session_rows.visitor_id,
    session_rows.site,
    session_rows.started_at,
    session_rows.ended_at,
    session_rows.events,
    session_rows.page_views,
    session_rows.landing_page,
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
from session_rows
left join origins on origins.origin_number = session_rows.origin_number
left join agents on agents.agent_number = session_rows.agent_number
where session_rows.visitor_id not in (select bot_visitors.visitor_id from bot_visitors)
