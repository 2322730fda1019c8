-- Whose key opens the originals of some persons.
-- grain: person_id
-- reads: persons
-- writes: none
-- params: none
select persons.person_id, persons.subject
from persons
inner join wanted_persons on persons.person_id = wanted_persons.person_id
