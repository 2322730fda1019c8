-- Whose key opens the originals of every person.
-- grain: person_id
-- reads: persons
-- writes: none
-- params: none
select person_id, subject
from persons
where subject is not null
