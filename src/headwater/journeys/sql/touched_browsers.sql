-- Browsers whose sessions may be another person's: those that several people used, where events
-- are new, and those whose person may be another.
-- grain:  visitor_id
-- reads:  touched_visitors, visitor_turns, touched_names
-- writes: touched_browsers
-- params: none
select visitor_turns.visitor_id
from visitor_turns
inner join touched_visitors on touched_visitors.visitor_id = visitor_turns.visitor_id
union
select visitor_id
from touched_names
