-- The conversions that can be credited, as the kernels take them.
-- grain:  conversion_id
-- reads:  conversions
-- writes: credited_conversions
-- params: none
select
    conversion_id, person_id, kind, anchored_at, value_minor, lead_at, opportunity_at, closed_at
from conversions
where excluded is null
