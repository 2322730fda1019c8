-- Every day on which money was dealt in a currency.
-- grain:  currency, utc_day
-- reads:  deal_states, facts_order, facts_spend
-- writes: money_days
-- params: none
with seen as (
    select currency, occurred_at // 86400000000 as utc_day
    from facts_order
    union
    select currency, occurred_at // 86400000000 as utc_day
    from facts_spend
    union
    select currency, occurred_at // 86400000000 as utc_day
    from deal_states
    union
    select currency, closed_at // 86400000000 as utc_day
    from deal_states
    where closed_at is not null
)

select currency, utc_day
from seen
where currency is not null
