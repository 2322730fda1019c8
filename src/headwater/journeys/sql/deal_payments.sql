-- When the first order of each deal was paid.
-- grain:  deal_id
-- reads:  orders, deals
-- writes: deal_payments
-- params: none
with paid as (
    select deal_id, min(paid_at) as paid_at
    from orders
    where deal_id is not null
    group by deal_id
)

select paid.deal_id, deals.person_id, paid.paid_at
from paid
inner join deals on deals.deal_id = paid.deal_id
