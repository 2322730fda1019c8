-- Order lines as they stand: of a line told several times the one received last, and every
-- refund; each with the person who bought.
-- grain:  fact_id
-- reads:  order_states, fact_persons, account_persons, deals, rates
-- writes: order_lines
-- params: none
with lines as (
    select
        *,
        row_number() over (
            partition by order_id, line_id, refunds order by received_at desc, fact_id desc
        ) as place
    from order_states
),

resolved as (
    select
        lines.fact_id,
        lines.order_id,
        lines.account_id,
        lines.occurred_at,
        lines.refunds,
        lines.amount_minor as original_minor,
        lines.currency as original_currency,
        coalesce(fact_persons.person_id, deals.person_id, account_persons.person_id) as person_id,
        lines.deal_id,
        coalesce(
            cast(round(
                case when lines.refunds then -abs(lines.amount_minor) else lines.amount_minor end
                * rates.rate
            ) as bigint),
            0
        ) as value_minor,
        coalesce(cast(round(lines.cost_minor * rates.rate) as bigint), 0) as cost_minor,
        case
            when lines.amount_minor is not null and rates.rate is null then 'no exchange rate'
        end as excluded
    from lines
    left join fact_persons on fact_persons.fact_id = lines.fact_id
    left join deals on deals.deal_id = lines.deal_id
    left join account_persons on account_persons.account_id = lines.account_id
    left join rates
        on rates.currency = lines.currency and rates.utc_day = lines.occurred_at // 86400000000
    where lines.line_id is null or lines.refunds or lines.place = 1
),

-- A line that names nobody is of the buyer whom another line of its order names.
bought as (
    select
        fact_id,
        order_id,
        occurred_at,
        refunds,
        original_minor,
        original_currency,
        value_minor,
        cost_minor,
        excluded,
        case
            when person_id is null and account_id is null
                then first_value(person_id ignore nulls) over told
            else person_id
        end as person_id,
        case
            when person_id is null and account_id is null
                then first_value(account_id ignore nulls) over told
            else account_id
        end as account_id,
        coalesce(deal_id, first_value(deal_id ignore nulls) over told) as deal_id
    from resolved
    window told as (
        partition by order_id
        order by occurred_at, fact_id
        rows between unbounded preceding and unbounded following
    )
)

select
    *,
    order_id || ':' || substr(
        md5(coalesce(account_id, '') || chr(31) || coalesce(person_id, '')), 1, 12
    ) as order_key
from bought
