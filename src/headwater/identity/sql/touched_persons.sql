-- The persons behind visitors with new events.
-- grain:  person_id
-- reads:  touched_visitors, visitors
-- writes: touched_persons
-- params: none
select coalesce(visitors.person_id, touched_visitors.visitor_id) as person_id
from touched_visitors
left join visitors on visitors.visitor_id = touched_visitors.visitor_id
