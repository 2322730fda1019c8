-- Facts that suggest who somebody is, without saying so: they join nobody.
-- grain:  fact_id
-- reads:  facts_identity_link
-- writes: weak_sightings
-- params: none
select fact_id, occurred_at, visitor_id, email_key, phone_key, external_id, evidence
from facts_identity_link
where strength = 'weak'
