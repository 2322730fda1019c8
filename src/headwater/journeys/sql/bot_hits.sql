-- What robots did that say so themselves: they have no sessions, and are counted here.
-- grain:  one event
-- reads:  page_events, agents
-- writes: bot_hits
-- params: none
select
    page_events.visitor_id,
    agents.agent_number,
    page_events.occurred_at,
    page_events.site
from page_events
inner join agents on agents.user_agent = page_events.user_agent
where agents.is_bot
