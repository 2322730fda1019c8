-- The touches that a run learns from, of some persons: those who converted and those who did
-- not. Whose only conversions of the kind cannot be credited is neither, and left out.
-- grain:  touch_id
-- reads:  touchpoints, conversions
-- writes: path_touches
-- params: kind, from_person, to_person
with outcomes as (
    select person_id, min(case when excluded is null then 0 else 1 end) as is_left_out
    from conversions
    where kind = $kind and person_id is not null
    group by person_id
)

select
    touchpoints.person_id,
    touchpoints.touched_at,
    touchpoints.touch_id,
    touchpoints.channel,
    touchpoints.campaign
from touchpoints
left join outcomes on outcomes.person_id = touchpoints.person_id
where
    touchpoints.person_id >= $from_person
    and ($to_person is null or touchpoints.person_id < $to_person)
    and coalesce(outcomes.is_left_out, 0) = 0
order by touchpoints.person_id, touchpoints.touched_at, touchpoints.touch_id
