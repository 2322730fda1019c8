-- Every distinct way of arriving that the facts show.
-- grain:  origin_key
-- reads:  page_events, recorded_touches, spend_rows
-- writes: arrival_keys
-- params: none
select origin_key
from page_events
where origin_key is not null
union
select origin_key
from recorded_touches
union
select origin_key
from spend_rows
