-- The keys whose person may be another: those that new facts give or rule on, those that stand
-- beside what is ruled on, and all keys of the persons whom any of these named until now.
-- grain:  person_key
-- reads:  new_key_sightings, facts_identity_link, key_sightings, rulings, person_keys
-- writes: touched_keys
-- params: none
with ruled as (
    select email_key, phone_key, external_id
    from facts_identity_link
    where evidence = 'user'
),

seen as (
    select external_id, email_key, phone_key
    from new_key_sightings
    union all
    select external_id, email_key, phone_key
    from ruled
    union all
    select external_id, email_key, phone_key
    from key_sightings
    where key_sightings.external_id in (select ruled.external_id from ruled)
    union all
    select external_id, email_key, phone_key
    from key_sightings
    where key_sightings.email_key in (select ruled.email_key from ruled)
    union all
    select external_id, email_key, phone_key
    from key_sightings
    where key_sightings.phone_key in (select ruled.phone_key from ruled)
),

given as (
    select 'external:' || external_id as person_key
    from seen
    where external_id is not null
    union
    select 'email:' || email_key as person_key
    from seen
    where email_key is not null
    union
    select 'phone:' || phone_key as person_key
    from seen
    where phone_key is not null
),

joined as (
    select person_key
    from given
    union
    select others.person_key
    from rulings as others
    inner join rulings as mine on mine.ruling_id = others.ruling_id
    inner join given on given.person_key = mine.person_key
),

named as (
    select person_keys.person_id
    from person_keys
    inner join joined on joined.person_key = person_keys.person_key
)

select person_key
from joined
union
select person_keys.person_key
from person_keys
where person_keys.person_id in (select named.person_id from named)
