-- Deals with new facts, and those of touched persons and of their accounts.
-- grain:  deal_id
-- reads:  facts_deal, facts_stage_change, deals, persons, touched_persons
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
where
    coalesce(person_id, '') in (select touched_persons.person_id from touched_persons)
    or account_id in (
        select persons.account_id
        from persons
        where persons.person_id in (select touched_persons.person_id from touched_persons)
    )
