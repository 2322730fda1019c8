-- What happened when: sessions, spend, leads, opportunities, won deals and orders on their own dates.
-- grain: one session, row of spend, lead, opportunity, won deal, order or refund
-- reads: sessions, spend_days, leads, deals, orders, conversions
-- writes: none
-- params: none
with refunds as (
    select conversions.order_id, conversions.value_minor, conversions.converted_at
    from conversions
    inner join orders on conversions.order_id = orders.order_id
    where conversions.kind = 'order' and conversions.counts = 0
),
order_refunds as (
    select order_id, sum(value_minor) as refund_minor from refunds group by order_id
)
select
    started_at as happened_at,
    1 as session_count,
    null as cost_minor,
    null as lead_count,
    null as opportunity_count,
    null as won_count,
    null as won_minor,
    null as order_count,
    null as order_minor
from sessions
union all
select spent_at, null, case when excluded is null then cost_minor end, null, null, null, null, null, null
from spend_days
union all
select lead_at, null, null, 1, null, null, null, null, null
from leads
union all
select opportunity_at, null, null, null, 1, null, null, null, null
from deals
where opportunity_at is not null
union all
select closed_at, null, null, null, null, 1, value_minor, null, null
from deals
where status = 'won'
union all
select
    orders.paid_at,
    null,
    null,
    null,
    null,
    null,
    null,
    1,
    coalesce(orders.value_minor, 0) - coalesce(order_refunds.refund_minor, 0)
from orders
left join order_refunds on orders.order_id = order_refunds.order_id
union all
select converted_at, null, null, null, null, null, null, null, value_minor
from refunds
