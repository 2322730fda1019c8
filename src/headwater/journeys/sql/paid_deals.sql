-- The deals of touched orders: what was paid for them may have changed.
-- grain:  deal_id
-- reads:  orders, touched_orders
-- writes: touched_deals
-- params: none
select orders.deal_id
from orders
where
    orders.deal_id is not null
    and orders.order_id in (select touched_orders.order_id from touched_orders)
