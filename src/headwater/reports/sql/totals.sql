-- What the leads, deals and orders themselves add up to, without any look at credit.
-- grain: one row
-- reads: leads, deals, orders, conversions
-- writes: none
-- params: date_basis, from_at, to_at
with dated_conversions as (
    select
        kind,
        person_id,
        deal_id,
        order_id,
        counts,
        value_minor,
        coalesce(
            case $date_basis
                when 'lead' then lead_at
                when 'opportunity' then opportunity_at
                when 'close' then closed_at
                when 'payment' then paid_at
            end,
            converted_at
        ) as reported_at
    from conversions
),
lead_dates as (
    select person_id, min(reported_at) as reported_at
    from dated_conversions
    where kind = 'lead'
    group by person_id
),
opportunity_dates as (
    select deal_id, min(reported_at) as reported_at
    from dated_conversions
    where kind = 'opportunity'
    group by deal_id
),
won_dates as (
    select deal_id, min(reported_at) as reported_at
    from dated_conversions
    where kind = 'won'
    group by deal_id
),
order_dates as (
    select order_id, min(reported_at) as reported_at
    from dated_conversions
    where kind = 'order' and counts <> 0
    group by order_id
),
refunds as (
    select dated_conversions.order_id, dated_conversions.value_minor, dated_conversions.reported_at
    from dated_conversions
    inner join orders on dated_conversions.order_id = orders.order_id
    where dated_conversions.kind = 'order' and dated_conversions.counts = 0
),
order_refunds as (
    select order_id, sum(value_minor) as refund_minor
    from refunds
    group by order_id
),
person_firsts as (
    select person_id, min(closed_at) as first_won_at
    from deals
    where status = 'won' and person_id is not null
    group by person_id
),
account_firsts as (
    select account_id, min(closed_at) as first_won_at
    from deals
    where status = 'won' and account_id is not null
    group by account_id
),
entries as (
    select
        coalesce(
            case when $date_basis = 'lead' then leads.lead_at end,
            lead_dates.reported_at,
            leads.lead_at
        ) as reported_at,
        1 as leads, 0 as opportunities, 0 as won, 0 as new_customers, 0 as won_value,
        0 as orders, 0 as order_value
    from leads
    left join lead_dates on leads.person_id = lead_dates.person_id
    union all
    select
        coalesce(
            case when $date_basis = 'opportunity' then deals.opportunity_at end,
            opportunity_dates.reported_at,
            deals.opportunity_at
        ),
        0, 1, 0, 0, 0, 0, 0
    from deals
    left join opportunity_dates on deals.deal_id = opportunity_dates.deal_id
    where deals.opportunity_at is not null
    union all
    select
        coalesce(
            case when $date_basis = 'close' then deals.closed_at end,
            won_dates.reported_at,
            deals.closed_at,
            deals.created_at
        ),
        0,
        0,
        1,
        case
            when least(person_firsts.first_won_at, account_firsts.first_won_at)
                < deals.closed_at then 0
            else 1
        end,
        coalesce(deals.value_minor, 0),
        0,
        0
    from deals
    left join won_dates on deals.deal_id = won_dates.deal_id
    left join person_firsts on deals.person_id = person_firsts.person_id
    left join account_firsts on deals.account_id = account_firsts.account_id
    where deals.status = 'won'
    union all
    select
        coalesce(
            case when $date_basis = 'payment' then orders.paid_at end,
            order_dates.reported_at,
            orders.paid_at
        ),
        0, 0, 0, 0, 0,
        1,
        coalesce(orders.value_minor, 0) - coalesce(order_refunds.refund_minor, 0)
    from orders
    left join order_dates on orders.order_id = order_dates.order_id
    left join order_refunds on orders.order_id = order_refunds.order_id
    union all
    select reported_at, 0, 0, 0, 0, 0, 0, coalesce(value_minor, 0)
    from refunds
)
select
    cast(coalesce(sum(leads), 0) as bigint) as leads,
    cast(coalesce(sum(opportunities), 0) as bigint) as opportunities,
    cast(coalesce(sum(won), 0) as bigint) as won,
    cast(coalesce(sum(new_customers), 0) as bigint) as new_customers,
    cast(coalesce(sum(won_value), 0) as bigint) as won_value,
    cast(coalesce(sum(orders), 0) as bigint) as orders,
    cast(coalesce(sum(order_value), 0) as bigint) as order_value
from entries
where $date_basis = 'touch' or (reported_at >= $from_at and reported_at < $to_at)
