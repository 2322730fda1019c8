-- The facts that may name another person: those with touched keys or of touched visitors.
-- grain:  fact_id
-- reads:  key_sightings, new_key_sightings, touched_keys, touched_names
-- writes: touched_facts
-- params: none
select fact_id
from new_key_sightings
union
select fact_id
from key_sightings
where
    visitor_id in (select touched_names.visitor_id from touched_names)
    or 'external:' || external_id in (select touched_keys.person_key from touched_keys)
    or 'email:' || email_key in (select touched_keys.person_key from touched_keys)
    or 'phone:' || phone_key in (select touched_keys.person_key from touched_keys)
