-- Orders with new facts, those of touched persons and accounts, and of touched deals.
-- grain:  order_id
-- reads:  facts_order, order_lines, touched_persons, touched_accounts, touched_deals
-- writes: touched_orders
-- params: none
select order_id
from facts_order
where order_id is not null
union
select order_id
from order_lines
where person_id in (select touched_persons.person_id from touched_persons)
union
select order_id
from order_lines
where person_id is null and '' in (select touched_persons.person_id from touched_persons)
union
select order_id
from order_lines
where account_id in (select touched_accounts.account_id from touched_accounts)
union
select order_id
from order_lines
where deal_id in (select touched_deals.deal_id from touched_deals)
