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
where visitor_id in (select touched_names.visitor_id from touched_names)
union
select fact_id
from key_sightings
where
    external_id in (
        select substr(touched_keys.person_key, 10)
        from touched_keys
        where touched_keys.person_key like 'external:%'
    )
union
select fact_id
from key_sightings
where
    email_key in (
        select substr(touched_keys.person_key, 7)
        from touched_keys
        where touched_keys.person_key like 'email:%'
    )
union
select fact_id
from key_sightings
where
    phone_key in (
        select substr(touched_keys.person_key, 7)
        from touched_keys
        where touched_keys.person_key like 'phone:%'
    )
