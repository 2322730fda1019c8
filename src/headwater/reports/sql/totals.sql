-- What the leads, deals and orders themselves add up to, without any look at credit.
-- grain: one row
-- reads: leads, deals, orders, conversions
-- writes: none
-- params: date_basis, from_at, to_at
with person_deals as (
    select
        person_id,
        min(opportunity_at) as first_opportunity_at,
        min(case when status = 'won' then closed_at end) as first_won_at
    from deals
    where person_id is not null
    group by person_id
),
account_deals as (
    select account_id, min(closed_at) as first_won_at
    from deals
    where status = 'won' and account_id is not null
    group by account_id
),
person_orders as (
    select person_id, min(paid_at) as first_paid_at
    from orders
    where person_id is not null
    group by person_id
),
deal_orders as (
    select deal_id, min(paid_at) as first_paid_at
    from orders
    where deal_id is not null
    group by deal_id
),
dated_leads as (
    select
        coalesce(
            case $date_basis
                when 'opportunity' then person_deals.first_opportunity_at
                when 'close' then person_deals.first_won_at
                when 'payment' then person_orders.first_paid_at
            end,
            leads.lead_at
        ) as reported_at
    from leads
    left join person_deals on leads.person_id = person_deals.person_id
    left join person_orders on leads.person_id = person_orders.person_id
),
dated_deals as (
    select
        deals.status,
        deals.opportunity_at,
        deals.closed_at,
        deals.value_minor,
        case
            when least(person_deals.first_won_at, account_deals.first_won_at)
                < deals.closed_at then 0
            else 1
        end as is_new,
        case $date_basis
            when 'lead' then leads.lead_at
            when 'opportunity' then deals.opportunity_at
            when 'close' then deals.closed_at
            when 'payment' then deal_orders.first_paid_at
        end as basis_at
    from deals
    left join leads on deals.person_id = leads.person_id
    left join person_deals on deals.person_id = person_deals.person_id
    left join account_deals on deals.account_id = account_deals.account_id
    left join deal_orders on deals.deal_id = deal_orders.deal_id
),
dated_orders as (
    select
        coalesce(
            case $date_basis
                when 'lead' then leads.lead_at
                when 'opportunity' then deals.opportunity_at
                when 'close' then deals.closed_at
            end,
            orders.paid_at
        ) as reported_at,
        coalesce(orders.value_minor, 0) + coalesce(orders.refunded_minor, 0) as paid_minor
    from orders
    left join leads on orders.person_id = leads.person_id
    left join deals on orders.deal_id = deals.deal_id
),
-- Only conversions know when each refund was made; what they miss of the orders' own sum of
-- refunds is counted in every range, so that it shows as a difference.
dated_refunds as (
    select
        coalesce(
            case $date_basis
                when 'lead' then lead_at
                when 'opportunity' then opportunity_at
                when 'close' then closed_at
                when 'payment' then paid_at
            end,
            converted_at
        ) as reported_at,
        coalesce(value_minor, 0) as value_minor
    from conversions
    where kind = 'order' and counts = 0
),
missed_refunds as (
    select - (select coalesce(sum(refunded_minor), 0) from orders)
        - (select coalesce(sum(value_minor), 0) from dated_refunds) as value_minor
),
entries as (
    select
        reported_at,
        1 as leads,
        0 as opportunities,
        0 as won,
        0 as new_customers,
        0 as won_value,
        0 as orders,
        0 as order_value
    from dated_leads
    union all
    select coalesce(basis_at, opportunity_at), 0, 1, 0, 0, 0, 0, 0
    from dated_deals
    where opportunity_at is not null
    union all
    select coalesce(basis_at, closed_at), 0, 0, 1, is_new, coalesce(value_minor, 0), 0, 0
    from dated_deals
    where status = 'won'
    union all
    select reported_at, 0, 0, 0, 0, 0, 1, paid_minor
    from dated_orders
    union all
    select reported_at, 0, 0, 0, 0, 0, 0, value_minor
    from dated_refunds
    union all
    select null, 0, 0, 0, 0, 0, 0, value_minor
    from missed_refunds
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
where
    $date_basis = 'touch'
    or reported_at is null
    or (reported_at >= $from_at and reported_at < $to_at)
