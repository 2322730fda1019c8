-- The visitors who may belong to another person: those of facts with touched keys.
-- grain:  visitor_id
-- reads:  key_sightings, new_key_sightings, touched_keys
-- writes: touched_names
-- params: none
select visitor_id
from new_key_sightings
where visitor_id is not null
union
select visitor_id
from key_sightings
where
    visitor_id is not null
    and (
        'external:' || external_id in (select touched_keys.person_key from touched_keys)
        or 'email:' || email_key in (select touched_keys.person_key from touched_keys)
        or 'phone:' || phone_key in (select touched_keys.person_key from touched_keys)
    )
