-- Browsers that several people used: whose turn it was, from when until when. A turn begins
-- where another person makes themselves known; the first also has all that came before. One that
-- a user gave to a person has no turns.
-- grain:  visitor_id, from_at
-- reads:  keyed_facts, ruled_visitors, person_keys
-- writes: visitor_turns
-- params: none
with given as (
    select ruled_visitors.visitor_id
    from ruled_visitors
    inner join person_keys on person_keys.person_key = ruled_visitors.person_key
),

named as (
    select visitor_id, person_id, occurred_at, fact_id
    from keyed_facts
    where
        visitor_id is not null
        and person_id is not null
        and visitor_id not in (select given.visitor_id from given)
),

contested as (
    select visitor_id
    from named
    group by visitor_id
    having min(person_id) <> max(person_id)
),

compared as (
    select
        named.visitor_id,
        named.person_id,
        named.occurred_at,
        named.fact_id,
        lag(named.person_id, 1, '') over (
            partition by named.visitor_id order by named.occurred_at, named.fact_id
        ) as person_before
    from named
    inner join contested on contested.visitor_id = named.visitor_id
),

begun as (
    select
        visitor_id,
        person_id,
        occurred_at,
        row_number() over (partition by visitor_id order by occurred_at, fact_id) as turn
    from compared
    where person_id <> person_before
)

select
    visitor_id,
    person_id,
    case when turn = 1 then -62135596800000000 else occurred_at end as from_at,
    lead(occurred_at, 1, 253402300800000000) over (
        partition by visitor_id order by turn
    ) as until_at
from begun
