-- Every lead, won deal and order beside the source recorded with its lead.
-- grain: one lead, one won deal or one order
-- reads: leads, deals, orders
-- writes: none
-- params: from_at, to_at
with qualified_persons as (
    select distinct person_id
    from deals
    where opportunity_at is not null and person_id is not null
),
selling_deals as (
    select distinct deals.deal_id
    from deals
    inner join orders on deals.deal_id = orders.deal_id
    union
    select distinct deals.deal_id
    from deals
    inner join orders on deals.person_id = orders.person_id
    where orders.deal_id is null
),
entries as (
    select
        leads.person_id,
        1 as lead_count,
        case when qualified_persons.person_id is not null then 1 end as qualified_count,
        null as won_count,
        null as won_minor,
        null as selling_count,
        null as order_count,
        null as order_minor,
        null as closed_at
    from leads
    left join qualified_persons on leads.person_id = qualified_persons.person_id
    union all
    select
        deals.person_id,
        null,
        null,
        1,
        deals.value_minor,
        case when selling_deals.deal_id is not null then 1 end,
        null,
        null,
        deals.closed_at
    from deals
    left join selling_deals on deals.deal_id = selling_deals.deal_id
    where deals.status = 'won'
    union all
    select
        coalesce(orders.person_id, deals.person_id),
        null,
        null,
        null,
        null,
        null,
        1,
        orders.value_minor,
        null
    from orders
    left join deals on orders.deal_id = deals.deal_id
)
select
    leads.lead_at,
    leads.channel,
    leads.source,
    leads.medium,
    leads.campaign,
    leads.content,
    leads.keyword,
    leads.landing_page,
    leads.self_reported,
    entries.lead_count,
    entries.qualified_count,
    entries.won_count,
    entries.won_minor,
    entries.selling_count,
    entries.order_count,
    entries.order_minor,
    cast(entries.closed_at - leads.lead_at as double) / 86400000000 as days_to_won,
    case
        when leads.person_id is null then '(no lead)'
        when leads.lead_at < $from_at or leads.lead_at >= $to_at
            then '(excluded: leads outside the dates)'
    end as place
from entries
left join leads on entries.person_id = leads.person_id
