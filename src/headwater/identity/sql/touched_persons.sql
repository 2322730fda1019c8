-- The persons behind visitors with new events; of a browser that several used, all of them.
-- grain:  person_id
-- reads:  touched_visitors, visitors, visitor_turns
-- writes: touched_persons
-- params: none
select coalesce(visitors.person_id, touched_visitors.visitor_id) as person_id
from touched_visitors
left join visitors on visitors.visitor_id = touched_visitors.visitor_id
union
select visitor_turns.person_id
from visitor_turns
inner join touched_visitors on touched_visitors.visitor_id = visitor_turns.visitor_id
