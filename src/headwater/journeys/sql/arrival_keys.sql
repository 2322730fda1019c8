-- Every distinct way of arriving that the facts show; null stands for events that show none.
-- grain:  origin_key
-- reads:  browsed_events, recorded_touches, spend_rows
-- writes: arrival_keys
-- params: none
select origin_key
from browsed_events
union
select origin_key
from recorded_touches
union
select origin_key
from spend_rows
