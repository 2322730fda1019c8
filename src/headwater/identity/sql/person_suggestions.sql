-- Pairs of persons who may be one, with what suggests it: a browser that both used, a key that
-- a few share, or weak evidence that was told. They join nobody.
-- grain:  person_id, other_id, reason, clue
-- reads:  key_sightings, fact_persons, person_keys, visitors, weak_sightings
-- writes: person_suggestions
-- params: none
with browsers as (
    select
        'browser' as reason,
        'visitor:' || key_sightings.visitor_id as clue,
        fact_persons.person_id,
        key_sightings.occurred_at
    from key_sightings
    inner join fact_persons on fact_persons.fact_id = key_sightings.fact_id
    where
        key_sightings.visitor_id is not null
        and coalesce(
            key_sightings.email_key, key_sightings.phone_key, key_sightings.external_id
        ) is not null
),

few as (
    select person_key
    from person_keys
    where is_shared and beside <= 8
),

shared as (
    select
        'shared key' as reason,
        few.person_key as clue,
        fact_persons.person_id,
        key_sightings.occurred_at
    from few
    inner join key_sightings on few.person_key = 'email:' || key_sightings.email_key
    inner join fact_persons on fact_persons.fact_id = key_sightings.fact_id
    union all
    select
        'shared key' as reason,
        few.person_key as clue,
        fact_persons.person_id,
        key_sightings.occurred_at
    from few
    inner join key_sightings on few.person_key = 'phone:' || key_sightings.phone_key
    inner join fact_persons on fact_persons.fact_id = key_sightings.fact_id
    union all
    select
        'shared key' as reason,
        few.person_key as clue,
        fact_persons.person_id,
        key_sightings.occurred_at
    from few
    inner join key_sightings on few.person_key = 'external:' || key_sightings.external_id
    inner join fact_persons on fact_persons.fact_id = key_sightings.fact_id
),

weak as (
    select
        coalesce(weak_sightings.evidence, 'told') as reason,
        'fact:' || weak_sightings.fact_id as clue,
        coalesce(visitors.person_id, weak_sightings.visitor_id) as person_id,
        weak_sightings.occurred_at
    from weak_sightings
    left join visitors on visitors.visitor_id = weak_sightings.visitor_id
    where weak_sightings.visitor_id is not null
    union all
    select
        coalesce(weak_sightings.evidence, 'told') as reason,
        'fact:' || weak_sightings.fact_id as clue,
        person_keys.person_id,
        weak_sightings.occurred_at
    from weak_sightings
    inner join person_keys on person_keys.person_key = 'email:' || weak_sightings.email_key
    where not person_keys.is_shared
    union all
    select
        coalesce(weak_sightings.evidence, 'told') as reason,
        'fact:' || weak_sightings.fact_id as clue,
        person_keys.person_id,
        weak_sightings.occurred_at
    from weak_sightings
    inner join person_keys on person_keys.person_key = 'phone:' || weak_sightings.phone_key
    where not person_keys.is_shared
    union all
    select
        coalesce(weak_sightings.evidence, 'told') as reason,
        'fact:' || weak_sightings.fact_id as clue,
        person_keys.person_id,
        weak_sightings.occurred_at
    from weak_sightings
    inner join person_keys
        on person_keys.person_key = 'external:' || weak_sightings.external_id
    where not person_keys.is_shared
),

clues as (
    select reason, clue, person_id, max(occurred_at) as seen_at
    from (
        select * from browsers
        union all
        select * from shared
        union all
        select * from weak
    ) as told
    group by reason, clue, person_id
),

several as (
    select reason, clue
    from clues
    group by reason, clue
    having count(*) > 1
)

select
    one.person_id,
    other.person_id as other_id,
    one.reason,
    one.clue,
    greatest(one.seen_at, other.seen_at) as seen_at
from several
inner join clues as one on one.reason = several.reason and one.clue = several.clue
inner join clues as other
    on other.reason = one.reason and other.clue = one.clue and other.person_id > one.person_id
