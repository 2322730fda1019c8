-- The visitors who may belong to another person: those of facts with touched keys, and those
-- that a ruling gives, or gave, to such a person.
-- grain:  visitor_id
-- reads:  touched_sightings, ruled_visitors, touched_keys, facts_identity_link
-- writes: touched_names
-- params: none
select visitor_id
from touched_sightings
where visitor_id is not null
union
select ruled_visitors.visitor_id
from ruled_visitors
inner join touched_keys on touched_keys.person_key = ruled_visitors.person_key
union
select visitor_id
from facts_identity_link
where evidence = 'user' and visitor_id is not null
