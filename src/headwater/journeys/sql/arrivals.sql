-- What arrivals say of where they came from, by the number that stands for their key in this
-- rebuild; those that say nothing of it are none.
-- grain:  key_number
-- reads:  origins
-- writes: arrivals
-- params: none
select
    cast(hash(origin_key) >> 1 as bigint) as key_number,
    origin_number,
    arrival_number
from origins
where arrival_number is not null
