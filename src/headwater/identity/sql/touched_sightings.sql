-- The facts whose own keys may name another person: new ones, and those with touched keys.
-- grain:  fact_id
-- reads:  key_sightings, new_key_sightings, touched_keys
-- writes: touched_sightings
-- params: none
select fact_id, visitor_id
from new_key_sightings
union
select fact_id, visitor_id
from key_sightings
where
    external_id in (
        select substr(touched_keys.person_key, 10)
        from touched_keys
        where touched_keys.person_key like 'external:%'
    )
union
select fact_id, visitor_id
from key_sightings
where
    email_key in (
        select substr(touched_keys.person_key, 7)
        from touched_keys
        where touched_keys.person_key like 'email:%'
    )
union
select fact_id, visitor_id
from key_sightings
where
    phone_key in (
        select substr(touched_keys.person_key, 7)
        from touched_keys
        where touched_keys.person_key like 'phone:%'
    )
