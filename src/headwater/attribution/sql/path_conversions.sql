-- The conversions of one kind that a run learns from.
-- grain:  conversion_id
-- reads:  conversions
-- writes: path_conversions
-- params: kind
select conversion_id, person_id, anchored_at, counts, value_minor
from conversions
where kind = $kind and excluded is null
