-- Keys that were found, or ruled, to be shared by several people, and why. One that a user
-- ruled to be one person's is here with `is_shared` false.
-- grain:  person_key
-- reads:  person_keys
-- writes: shared_keys
-- params: none
select person_key, person_id, reason, beside, is_shared
from person_keys
where reason is not null
