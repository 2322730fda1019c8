-- What the leads, won deals and orders add up to, without any look at who belongs to whom.
-- grain: one row
-- reads: leads, deals, orders
-- writes: none
-- params: none
with lead_sums as (
    select count(*) as leads from leads
),
won_sums as (
    select count(*) as won, cast(coalesce(sum(value_minor), 0) as bigint) as won_value
    from deals
    where status = 'won'
),
order_sums as (
    select count(*) as orders, cast(coalesce(sum(value_minor), 0) as bigint) as order_value
    from orders
)
select
    lead_sums.leads,
    won_sums.won,
    won_sums.won_value,
    order_sums.orders,
    order_sums.order_value
from lead_sums
cross join won_sums
cross join order_sums
