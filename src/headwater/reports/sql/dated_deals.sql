-- Every deal of the range with the source of its lead; deals without the wanted date are labelled.
-- grain: deal_id
-- reads: deals, leads, orders
-- writes: none
-- params: date_basis, from_at, to_at
with first_payments as (
    select deal_id, min(paid_at) as paid_at
    from orders
    where deal_id is not null
    group by deal_id
),
dated as (
    select
        deals.deal_id,
        deals.pipeline,
        deals.stage,
        deals.status,
        deals.owner,
        deals.product,
        deals.region,
        deals.lost_reason,
        deals.probability,
        deals.value_minor,
        leads.channel,
        leads.source,
        leads.medium,
        leads.campaign,
        leads.content,
        leads.keyword,
        leads.landing_page,
        coalesce(deals.opportunity_at, deals.created_at, deals.closed_at) as entered_at,
        case $date_basis
            when 'lead' then leads.lead_at
            when 'opportunity' then deals.opportunity_at
            when 'close' then deals.closed_at
            when 'payment' then first_payments.paid_at
            else coalesce(deals.opportunity_at, deals.created_at, deals.closed_at)
        end as basis_at
    from deals
    left join leads on deals.person_id = leads.person_id
    left join first_payments on deals.deal_id = first_payments.deal_id
)
select
    deal_id,
    pipeline,
    stage,
    status,
    owner,
    product,
    region,
    lost_reason,
    probability,
    coalesce(value_minor, 0) as value_minor,
    channel,
    source,
    medium,
    campaign,
    content,
    keyword,
    landing_page,
    coalesce(basis_at, entered_at) as reported_at,
    case
        when basis_at is null and $date_basis = 'touch' then '(excluded: no date)'
        when basis_at is null then '(excluded: no ' || $date_basis || ' date)'
    end as place
from dated
where
    coalesce(basis_at, entered_at) is null
    or (coalesce(basis_at, entered_at) >= $from_at and coalesce(basis_at, entered_at) < $to_at)
