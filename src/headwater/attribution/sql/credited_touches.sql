-- The touches of persons who converted, as the kernels take them.
-- grain:  touch_id
-- reads:  touchpoints, conversions
-- writes: credited_touches
-- params: none
select person_id, touched_at, touch_id, channel, is_direct
from touchpoints
where person_id in (select conversions.person_id from conversions where conversions.excluded is null)
