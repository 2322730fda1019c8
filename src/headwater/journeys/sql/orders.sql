-- One row per order of one buyer, with the won deal that it belongs to.
-- grain:  order_key
-- reads:  order_lines, deals
-- writes: orders
-- params: none
with bought as (
    select
        order_key,
        order_id,
        account_id,
        person_id,
        min(deal_id) as told_deal_id,
        min(case when refunds then null else occurred_at end) as first_paid_at,
        min(occurred_at) as first_at,
        count(*) as lines,
        sum(value_minor) as value_minor,
        -sum(case when refunds then value_minor else 0 end) as refunded_minor,
        sum(cost_minor) as cost_minor,
        sum(case when refunds then 0 else original_minor end) as original_minor,
        min(original_currency) as original_currency,
        max(excluded) as excluded
    from order_lines
    group by order_key, order_id, account_id, person_id
),

candidates as (
    select
        bought.order_key,
        deals.deal_id,
        deals.opportunity_at,
        deals.closed_at,
        row_number() over (
            partition by bought.order_key
            order by
                case when deals.deal_id = bought.told_deal_id then 0 else 1 end,
                case when deals.account_id = bought.account_id then 0 else 1 end,
                case when deals.closed_at <= bought.first_at then 0 else 1 end,
                abs(deals.closed_at - bought.first_at),
                deals.deal_id
        ) as place
    from bought
    inner join deals on deals.person_id = bought.person_id
    where deals.status = 'won' or deals.deal_id = bought.told_deal_id
)

select
    bought.order_key,
    bought.order_id,
    bought.person_id,
    coalesce(bought.told_deal_id, candidates.deal_id) as deal_id,
    bought.account_id,
    coalesce(told_deals.opportunity_at, candidates.opportunity_at) as deal_opportunity_at,
    coalesce(told_deals.closed_at, candidates.closed_at) as deal_closed_at,
    coalesce(bought.first_paid_at, bought.first_at) as paid_at,
    bought.lines,
    cast(bought.value_minor as bigint) as value_minor,
    cast(bought.refunded_minor as bigint) as refunded_minor,
    cast(bought.cost_minor as bigint) as cost_minor,
    cast(bought.original_minor as bigint) as original_minor,
    bought.original_currency,
    bought.excluded
from bought
left join deals as told_deals on told_deals.deal_id = bought.told_deal_id
left join candidates on candidates.order_key = bought.order_key and candidates.place = 1
