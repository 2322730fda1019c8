-- The facts that may name another person: those with touched keys or of touched visitors.
-- grain:  fact_id
-- reads:  key_sightings, touched_sightings, touched_names
-- writes: touched_facts
-- params: none
select fact_id
from touched_sightings
union
select fact_id
from key_sightings
where visitor_id in (select touched_names.visitor_id from touched_names)
