-- The visitors of touched persons; an unidentified visitor is a person of the same id.
-- grain:  visitor_id
-- reads:  touched_persons, visitors
-- writes: person_visitors
-- params: none
select person_id as visitor_id
from touched_persons
union
select visitors.visitor_id
from visitors
inner join touched_persons on touched_persons.person_id = visitors.person_id
