-- The persons that a key names: an e-mail or a phone number as keyed hash, an external id.
-- grain: person_id
-- reads: person_keys
-- writes: none
-- params: person_key
select distinct person_id
from person_keys
where person_key = $person_key
