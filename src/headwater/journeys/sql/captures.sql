-- One row per moment at which somebody made themselves known.
-- grain:  fact_id
-- reads:  facts_lead, facts_call, facts_chat
-- writes: captures
-- params: none
select
    fact_id, occurred_at, coalesce(method, 'form') as method, external_id, account_id, landing_page
from facts_lead
union all
select
    fact_id, occurred_at, 'call' as method, external_id, account_id, landing_page
from facts_call
where coalesce(phone_key, email_key, external_id) is not null
union all
select
    fact_id, occurred_at, 'chat' as method, external_id, account_id, landing_page
from facts_chat
where coalesce(email_key, phone_key, external_id) is not null
