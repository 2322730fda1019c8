-- What the deals of the range add up to, without any look at their source.
-- grain: one row
-- reads: deals, leads, orders
-- writes: none
-- params: date_basis, from_at, to_at
with deal_dates as (
    select
        status,
        coalesce(value_minor, 0) as value_minor,
        coalesce(
            case $date_basis
                when 'lead' then (
                    select min(leads.lead_at) from leads where leads.person_id = deals.person_id
                )
                when 'opportunity' then opportunity_at
                when 'close' then closed_at
                when 'payment' then (
                    select min(orders.paid_at) from orders where orders.deal_id = deals.deal_id
                )
            end,
            opportunity_at,
            created_at,
            closed_at
        ) as reported_at
    from deals
)
select
    count(*) as deals,
    cast(coalesce(sum(value_minor), 0) as bigint) as value,
    cast(coalesce(sum(case when status = 'open' then 1 end), 0) as bigint) as open,
    cast(coalesce(sum(case when status = 'won' then 1 end), 0) as bigint) as won,
    cast(coalesce(sum(case when status = 'lost' then 1 end), 0) as bigint) as lost,
    cast(coalesce(sum(case when status = 'open' then value_minor end), 0) as bigint) as open_value,
    cast(coalesce(sum(case when status = 'won' then value_minor end), 0) as bigint) as won_value,
    cast(coalesce(sum(case when status = 'lost' then value_minor end), 0) as bigint) as lost_value
from deal_dates
where reported_at is null or (reported_at >= $from_at and reported_at < $to_at)
