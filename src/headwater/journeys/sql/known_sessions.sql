-- The stored sessions of touched persons, as they were.
-- grain:  session_id
-- reads:  session_rows, person_visitors
-- writes: known_sessions
-- params: none
select *
from session_rows
where visitor_id in (select person_visitors.visitor_id from person_visitors)
