-- What the facts say whose person may be another.
-- grain:  fact_id
-- reads:  key_sightings, touched_facts
-- writes: their_sightings
-- params: none
select
    fact_id, occurred_at, visitor_id, email_key, phone_key, external_id, account_id, subject,
    name_key
from key_sightings
where fact_id in (select touched_facts.fact_id from touched_facts)
