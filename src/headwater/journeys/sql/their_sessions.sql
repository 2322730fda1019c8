-- The sessions of touched persons.
-- grain:  session_id
-- reads:  session_rows, person_visitors
-- writes: their_sessions
-- params: none
select *
from session_rows
where visitor_id in (select person_visitors.visitor_id from person_visitors)
