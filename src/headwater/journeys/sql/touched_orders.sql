-- Orders with new facts, those of touched persons and of their accounts, and of touched deals.
-- grain:  order_id
-- reads:  facts_order, order_lines, persons, touched_persons, touched_deals
-- writes: touched_orders
-- params: none
select order_id
from facts_order
where order_id is not null
union
select order_id
from order_lines
where
    coalesce(person_id, '') in (select touched_persons.person_id from touched_persons)
    or deal_id in (select touched_deals.deal_id from touched_deals)
    or account_id in (
        select persons.account_id
        from persons
        where persons.person_id in (select touched_persons.person_id from touched_persons)
    )
