-- One row per moment at which a person made themselves known.
-- grain:  fact_id
-- reads:  facts_lead, facts_call, facts_chat, fact_persons
-- writes: captures
-- params: none
with caught as (
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
)

select
    caught.fact_id,
    fact_persons.person_id,
    caught.occurred_at,
    caught.method,
    caught.external_id,
    caught.account_id,
    caught.landing_page
from caught
inner join fact_persons on fact_persons.fact_id = caught.fact_id
