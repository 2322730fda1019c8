-- One row per fact that names someone, with the keys it gives and the visitor it came from.
-- Leads, calls and chats are here even where they name nobody: somebody was there.
-- Few events name anyone: a branch for each key lets engines skip what has none.
-- grain:  fact_id
-- reads:  facts_lead, facts_call, facts_chat, facts_deal, facts_order, facts_identity_link, facts_event
-- writes: key_sightings
-- params: none
select
    fact_id, occurred_at, visitor_id, email_key, phone_key, external_id, account_id, subject,
    name_key
from facts_lead
union all
select
    fact_id, occurred_at, visitor_id, email_key, phone_key, external_id, account_id, subject,
    name_key
from facts_call
union all
select
    fact_id, occurred_at, visitor_id, email_key, phone_key, external_id, account_id, subject,
    name_key
from facts_chat
union all
select
    fact_id, occurred_at, visitor_id, email_key, phone_key, external_id, account_id, subject,
    name_key
from facts_deal
where coalesce(visitor_id, email_key, phone_key, external_id) is not null
union all
select
    fact_id, occurred_at, visitor_id, email_key, phone_key, external_id, account_id, subject,
    name_key
from facts_order
where coalesce(visitor_id, email_key, phone_key, external_id) is not null
union all
select
    fact_id, occurred_at, visitor_id, email_key, phone_key, external_id, account_id, subject,
    name_key
from facts_identity_link
where
    coalesce(email_key, phone_key, external_id) is not null
    and coalesce(strength, 'strong') = 'strong'
union all
select
    fact_id, occurred_at, visitor_id, email_key, phone_key, external_id, account_id, subject,
    cast(null as varchar) as name_key
from facts_event
where email_key is not null
union all
select
    fact_id, occurred_at, visitor_id, email_key, phone_key, external_id, account_id, subject,
    cast(null as varchar) as name_key
from facts_event
where phone_key is not null and email_key is null
union all
select
    fact_id, occurred_at, visitor_id, email_key, phone_key, external_id, account_id, subject,
    cast(null as varchar) as name_key
from facts_event
where external_id is not null and email_key is null and phone_key is null
