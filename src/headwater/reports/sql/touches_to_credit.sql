-- The touches of every person who has a conversion to credit.
-- grain: touch_id
-- reads: touchpoints, conversions
-- writes: none
-- params: none
with converted_persons as (
    select distinct person_id
    from conversions
    where excluded is null and person_id is not null
)
select
    touchpoints.person_id,
    touchpoints.touched_at,
    touchpoints.touch_id,
    touchpoints.channel,
    touchpoints.is_direct
from touchpoints
inner join converted_persons on touchpoints.person_id = converted_persons.person_id
order by touchpoints.person_id, touchpoints.touched_at, touchpoints.touch_id
