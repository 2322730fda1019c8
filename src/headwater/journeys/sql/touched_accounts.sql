-- The accounts of touched persons, and those that they spoke for until now.
-- grain:  account_id
-- reads:  persons, account_persons, touched_persons
-- writes: touched_accounts
-- params: none
select account_id
from persons
where
    account_id is not null
    and person_id in (select touched_persons.person_id from touched_persons)
union
select account_id
from account_persons
where person_id in (select touched_persons.person_id from touched_persons)
