-- What the tables themselves count in the range, each on its own date.
-- grain: one row
-- reads: sessions, spend_days, leads, deals, orders, conversions
-- writes: none
-- params: from_at, to_at
with sessions_in_range as (
    select count(*) as sessions
    from sessions
    where started_at >= $from_at and started_at < $to_at
),
spend_in_range as (
    select cast(coalesce(sum(cost_minor), 0) as bigint) as cost
    from spend_days
    where excluded is null and spent_at >= $from_at and spent_at < $to_at
),
leads_in_range as (
    select count(*) as leads
    from leads
    where lead_at >= $from_at and lead_at < $to_at
),
opportunities_in_range as (
    select count(*) as opportunities
    from deals
    where opportunity_at >= $from_at and opportunity_at < $to_at
),
won_in_range as (
    select count(*) as won, cast(coalesce(sum(value_minor), 0) as bigint) as won_value
    from deals
    where
        status = 'won'
        and (closed_at is null or (closed_at >= $from_at and closed_at < $to_at))
),
refunds_in_range as (
    select cast(coalesce(sum(value_minor), 0) as bigint) as refund_value
    from conversions
    where
        kind = 'order' and counts = 0 and converted_at >= $from_at
        and converted_at < $to_at
),
orders_in_range as (
    select
        count(*) as orders,
        cast(
            coalesce(sum(coalesce(value_minor, 0) + coalesce(refunded_minor, 0)), 0) as bigint
        ) as paid_value
    from orders
    where paid_at is null or (paid_at >= $from_at and paid_at < $to_at)
)
select
    sessions_in_range.sessions,
    spend_in_range.cost,
    leads_in_range.leads,
    opportunities_in_range.opportunities,
    won_in_range.won,
    won_in_range.won_value,
    orders_in_range.orders,
    orders_in_range.paid_value + refunds_in_range.refund_value as order_value
from sessions_in_range
cross join spend_in_range
cross join leads_in_range
cross join opportunities_in_range
cross join won_in_range
cross join orders_in_range
cross join refunds_in_range
