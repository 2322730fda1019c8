-- Every distinct user agent.
-- grain:  user_agent
-- reads:  facts_event
-- writes: user_agents
-- params: none
select distinct user_agent
from facts_event
where user_agent is not null
