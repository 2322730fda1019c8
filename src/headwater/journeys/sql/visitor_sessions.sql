-- The stored sessions of visitors with new events.
-- grain:  session_id
-- reads:  session_rows, touched_visitors
-- writes: visitor_sessions
-- params: none
select *
from session_rows
where visitor_id in (select touched_visitors.visitor_id from touched_visitors)
