-- Every day for which a currency's rate is asked. A deal's last change may be told without its
-- amount, so deals ask for each of their currencies on each of their days.
-- grain:  currency, utc_day
-- reads:  deal_states, facts_order, facts_spend
-- writes: money_days
-- params: none
with currencies as (
    select distinct currency
    from deal_states
    where currency is not null
),

days as (
    select occurred_at // 86400000000 as utc_day
    from deal_states
    union
    select closed_at // 86400000000 as utc_day
    from deal_states
    where closed_at is not null
)

select currency, occurred_at // 86400000000 as utc_day
from facts_order
where currency is not null
union
select currency, occurred_at // 86400000000 as utc_day
from facts_spend
where currency is not null
union
select currencies.currency, days.utc_day
from currencies
cross join days
