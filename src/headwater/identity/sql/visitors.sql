-- The person behind each identified visitor: whom a user named, else whom its earliest keyed
-- fact names. A name beside a key that several people share says who it is only where no key does.
-- A browser that two persons used is here with the first; `visitor_turns` has both.
-- grain:  visitor_id
-- reads:  keyed_facts, ruled_visitors, person_keys
-- writes: visitors
-- params: none
with named as (
    select
        visitor_id,
        coalesce(person_id, namesake_id) as person_id,
        case when person_id is null then 2 else 1 end as turn,
        occurred_at as named_at,
        fact_id as named_by
    from keyed_facts
    where visitor_id is not null and coalesce(person_id, namesake_id) is not null
    union all
    select
        ruled_visitors.visitor_id,
        person_keys.person_id,
        0 as turn,
        -ruled_visitors.ruled_at as named_at,
        ruled_visitors.ruling_id as named_by
    from ruled_visitors
    inner join person_keys on person_keys.person_key = ruled_visitors.person_key
),

ranked as (
    select
        visitor_id,
        person_id,
        row_number() over (
            partition by visitor_id order by turn, named_at, named_by, person_id
        ) as place
    from named
)

select visitor_id, person_id
from ranked
where place = 1
