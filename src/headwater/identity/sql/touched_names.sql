-- The visitors who may belong to another person: those of facts with touched keys.
-- grain:  visitor_id
-- reads:  touched_sightings
-- writes: touched_names
-- params: none
select distinct visitor_id
from touched_sightings
where visitor_id is not null
