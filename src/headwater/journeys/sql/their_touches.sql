-- The touches of touched persons.
-- grain:  touch_id
-- reads:  touchpoints, touched_persons
-- writes: their_touches
-- params: none
select *
from touchpoints
where person_id in (select touched_persons.person_id from touched_persons)
