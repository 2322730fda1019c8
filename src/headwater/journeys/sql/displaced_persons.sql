-- Persons with a recorded touch whose browser has new events: its first session takes the
-- place of the record.
-- grain:  person_id
-- reads:  touched_visitors, recorded_touches, fact_persons
-- writes: touched_persons
-- params: none
select fact_persons.person_id
from recorded_touches
inner join touched_visitors on touched_visitors.visitor_id = recorded_touches.visitor_id
inner join fact_persons on fact_persons.fact_id = recorded_touches.fact_id
