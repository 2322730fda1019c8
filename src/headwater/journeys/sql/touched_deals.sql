-- Deals with new facts, and those of touched persons and accounts. Nobody's deals are touched
-- where nobody is.
-- grain:  deal_id
-- reads:  facts_deal, facts_stage_change, deals, touched_persons, touched_accounts
-- writes: touched_deals
-- params: none
select deal_id
from facts_deal
where deal_id is not null
union
select deal_id
from facts_stage_change
where deal_id is not null
union
select deal_id
from deals
where person_id in (select touched_persons.person_id from touched_persons)
union
select deal_id
from deals
where person_id is null and '' in (select touched_persons.person_id from touched_persons)
union
select deal_id
from deals
where account_id in (select touched_accounts.account_id from touched_accounts)
