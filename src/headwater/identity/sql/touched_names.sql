-- The visitors who may belong to another person: those of facts with touched keys.
-- grain:  visitor_id
-- reads:  key_sightings, new_key_sightings, touched_keys
-- writes: touched_names
-- params: none
with named as (
    select visitor_id
    from new_key_sightings
    union
    select visitor_id
    from key_sightings
    where
        external_id in (
            select substr(touched_keys.person_key, 10)
            from touched_keys
            where touched_keys.person_key like 'external:%'
        )
    union
    select visitor_id
    from key_sightings
    where
        email_key in (
            select substr(touched_keys.person_key, 7)
            from touched_keys
            where touched_keys.person_key like 'email:%'
        )
    union
    select visitor_id
    from key_sightings
    where
        phone_key in (
            select substr(touched_keys.person_key, 7)
            from touched_keys
            where touched_keys.person_key like 'phone:%'
        )
)

select visitor_id
from named
where visitor_id is not null
