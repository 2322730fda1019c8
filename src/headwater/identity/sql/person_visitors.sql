-- The visitors of touched persons; an unidentified visitor is a person of the same id.
-- grain:  visitor_id
-- reads:  touched_persons, visitors, visitor_turns
-- writes: person_visitors
-- params: none
select person_id as visitor_id
from touched_persons
union
select visitors.visitor_id
from visitors
inner join touched_persons on touched_persons.person_id = visitors.person_id
union
select visitor_turns.visitor_id
from visitor_turns
inner join touched_persons on touched_persons.person_id = visitor_turns.person_id
