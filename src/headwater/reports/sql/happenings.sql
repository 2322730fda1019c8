-- What happened when: sessions, spend, leads, opportunities, won deals and orders on their own dates.
-- grain: one session, row of spend, lead, opportunity, won deal, order or refund
-- reads: sessions, spend_days, leads, deals, orders, conversions
-- writes: none
-- params: none
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
select
    spent_at,
    null,
    case when excluded is null then cost_minor end,
    null,
    null,
    null,
    null,
    null,
    null
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
    paid_at,
    null,
    null,
    null,
    null,
    null,
    null,
    1,
    coalesce(value_minor, 0) + coalesce(refunded_minor, 0)
from orders
union all
select converted_at, null, null, null, null, null, null, null, value_minor
from conversions
where kind = 'order' and counts = 0
