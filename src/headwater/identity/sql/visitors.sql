-- The person behind each identified visitor: the one its earliest keyed fact names.
-- A browser that two persons used stays with the first: sharing a device welds nobody.
-- grain:  visitor_id
-- reads:  keyed_facts
-- writes: visitors
-- params: none
with ranked as (
    select
        visitor_id,
        person_id,
        row_number() over (partition by visitor_id order by occurred_at, fact_id) as place
    from keyed_facts
    where visitor_id is not null and person_id is not null
)

select visitor_id, person_id
from ranked
where place = 1
