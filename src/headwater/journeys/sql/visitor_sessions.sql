-- The stored sessions of visitors with new events.
-- grain:  session_id
-- reads:  known_sessions, touched_visitors
-- writes: visitor_sessions
-- params: none
select *
from known_sessions
where visitor_id in (select touched_visitors.visitor_id from touched_visitors)
