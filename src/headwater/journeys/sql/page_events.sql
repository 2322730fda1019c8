-- What browsers did, without what only servers see.
-- grain:  fact_id
-- reads:  facts_event
-- writes: page_events
-- params: none
select
    visitor_id,
    fact_id,
    cast(hash(fact_id) >> 1 as bigint) as event_number,
    occurred_at,
    name,
    site,
    url,
    user_agent,
    referrer,
    channel,
    source,
    medium,
    campaign,
    content,
    keyword,
    click_id_kind
from facts_event
where visitor_id is not null and name not in ('file_request', 'request', 'touchpoint')
