-- Every distinct way of arriving that the facts show; null stands for events that show none
-- (a filter here would make engines work each key out twice).
-- grain:  origin_key
-- reads:  page_events, recorded_touches, spend_rows
-- writes: arrival_keys
-- params: none
select origin_key
from page_events
union
select origin_key
from recorded_touches
union
select origin_key
from spend_rows
