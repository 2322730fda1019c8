-- The person who speaks for an account where a fact names only the account: the first known.
-- grain:  account_id
-- reads:  persons
-- writes: account_persons
-- params: none
with ranked as (
    select
        account_id,
        person_id,
        row_number() over (partition by account_id order by first_known_at, person_id) as place
    from persons
    where account_id is not null
)

select account_id, person_id
from ranked
where place = 1
