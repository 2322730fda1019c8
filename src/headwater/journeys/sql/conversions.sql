-- One row per moment that earns credit, with the dates that can place it in a report.
-- grain:  conversion_id
-- reads:  leads, deals, deal_payments, orders, order_lines
-- writes: conversions
-- params: currency
with firsts as (
    select
        person_id,
        min(opportunity_at) as opportunity_at,
        min(case when status = 'won' then closed_at end) as closed_at
    from deals
    where person_id is not null
    group by person_id
),

first_payments as (
    select person_id, min(paid_at) as paid_at
    from orders
    where person_id is not null
    group by person_id
),

refunds as (
    select *
    from order_lines
    where refunds
)

select
    'lead:' || leads.person_id as conversion_id,
    'lead' as kind,
    leads.person_id,
    leads.lead_at as anchored_at,
    leads.lead_at as converted_at,
    cast(1 as bigint) as counts,
    cast(0 as bigint) as value_minor,
    cast(0 as bigint) as original_minor,
    $currency as original_currency,
    cast(null as varchar) as excluded,
    cast(null as varchar) as deal_id,
    cast(null as varchar) as order_id,
    leads.lead_at,
    firsts.opportunity_at,
    firsts.closed_at,
    first_payments.paid_at
from leads
left join firsts on firsts.person_id = leads.person_id
left join first_payments on first_payments.person_id = leads.person_id
union all
select
    'opportunity:' || deals.deal_id as conversion_id,
    'opportunity' as kind,
    deals.person_id,
    deals.opportunity_at as anchored_at,
    deals.opportunity_at as converted_at,
    cast(1 as bigint) as counts,
    deals.value_minor,
    deals.original_minor,
    deals.original_currency,
    deals.excluded,
    deals.deal_id,
    cast(null as varchar) as order_id,
    leads.lead_at,
    deals.opportunity_at,
    deals.closed_at,
    deal_payments.paid_at
from deals
left join leads on leads.person_id = deals.person_id
left join deal_payments on deal_payments.deal_id = deals.deal_id
union all
select
    'won:' || deals.deal_id as conversion_id,
    'won' as kind,
    deals.person_id,
    deals.closed_at as anchored_at,
    deals.closed_at as converted_at,
    cast(1 as bigint) as counts,
    deals.value_minor,
    deals.original_minor,
    deals.original_currency,
    deals.excluded,
    deals.deal_id,
    cast(null as varchar) as order_id,
    leads.lead_at,
    deals.opportunity_at,
    deals.closed_at,
    deal_payments.paid_at
from deals
left join leads on leads.person_id = deals.person_id
left join deal_payments on deal_payments.deal_id = deals.deal_id
where deals.status = 'won'
union all
select
    'order:' || orders.order_key as conversion_id,
    'order' as kind,
    orders.person_id,
    orders.paid_at as anchored_at,
    orders.paid_at as converted_at,
    cast(1 as bigint) as counts,
    orders.value_minor + orders.refunded_minor as value_minor,
    orders.original_minor,
    orders.original_currency,
    orders.excluded,
    orders.deal_id,
    orders.order_id,
    leads.lead_at,
    orders.deal_opportunity_at as opportunity_at,
    orders.deal_closed_at as closed_at,
    orders.paid_at
from orders
left join leads on leads.person_id = orders.person_id
union all
select
    'refund:' || refunds.fact_id as conversion_id,
    'order' as kind,
    orders.person_id,
    orders.paid_at as anchored_at,
    refunds.occurred_at as converted_at,
    cast(0 as bigint) as counts,
    refunds.value_minor,
    refunds.original_minor,
    refunds.original_currency,
    refunds.excluded,
    orders.deal_id,
    orders.order_id,
    leads.lead_at,
    orders.deal_opportunity_at as opportunity_at,
    orders.deal_closed_at as closed_at,
    refunds.occurred_at as paid_at
from refunds
inner join orders on orders.order_key = refunds.order_key
left join leads on leads.person_id = orders.person_id
