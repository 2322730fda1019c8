-- The keys whose person may be another: those that new facts give, and all keys of the persons
-- they named until now.
-- grain:  person_key
-- reads:  new_key_sightings, person_keys
-- writes: touched_keys
-- params: none
with given as (
    select 'external:' || external_id as person_key
    from new_key_sightings
    where external_id is not null
    union
    select 'email:' || email_key as person_key
    from new_key_sightings
    where email_key is not null
    union
    select 'phone:' || phone_key as person_key
    from new_key_sightings
    where phone_key is not null
),

named as (
    select person_keys.person_id
    from person_keys
    inner join given on given.person_key = person_keys.person_key
)

select person_key
from given
union
select person_keys.person_key
from person_keys
where person_keys.person_id in (select named.person_id from named)
