-- One row per deal as it stands: the last known value of each thing the CRM told.
-- grain:  deal_id
-- reads:  deal_states, fact_persons, account_persons, rates
-- writes: deals
-- params: none
with states as (
    select deal_states.*, fact_persons.person_id
    from deal_states
    left join fact_persons on fact_persons.fact_id = deal_states.fact_id
),

told as (
    select
        deal_id,
        first_value(stage ignore nulls) over latest as stage,
        first_value(status ignore nulls) over latest as status,
        first_value(pipeline ignore nulls) over latest as pipeline,
        first_value(owner ignore nulls) over latest as owner,
        first_value(product ignore nulls) over latest as product,
        first_value(region ignore nulls) over latest as region,
        first_value(lost_reason ignore nulls) over latest as lost_reason,
        first_value(name ignore nulls) over latest as name,
        first_value(probability ignore nulls) over latest as probability,
        first_value(closed_at ignore nulls) over latest as closed_at,
        first_value(amount_minor ignore nulls) over latest as amount_minor,
        first_value(currency ignore nulls) over latest as currency,
        first_value(account_id ignore nulls) over latest as account_id,
        first_value(person_id ignore nulls) over latest as person_id,
        first_value(occurred_at) over latest as told_at,
        first_value(
            case when status in ('won', 'lost') then coalesce(closed_at, changed_at) end
            ignore nulls
        ) over latest as closing_at,
        min(created_at) over latest as created_at,
        min(coalesce(changed_at, created_at)) over latest as first_stage_at,
        row_number() over (
            partition by deal_id order by occurred_at desc, received_at desc, fact_id desc
        ) as place
    from states
    window latest as (
        partition by deal_id
        order by occurred_at desc, received_at desc, fact_id desc
        rows between unbounded preceding and unbounded following
    )
),

standing as (
    select
        *,
        coalesce(status, 'open') as deal_status,
        case
            when coalesce(status, 'open') <> 'open' then coalesce(closing_at, closed_at, told_at)
        end as deal_closed_at
    from told
    where place = 1
)

select
    standing.deal_id,
    coalesce(standing.person_id, account_persons.person_id) as person_id,
    standing.account_id,
    standing.name,
    standing.pipeline,
    standing.stage,
    standing.deal_status as status,
    standing.owner,
    standing.product,
    standing.region,
    standing.lost_reason,
    standing.probability,
    standing.created_at,
    coalesce(
        standing.created_at, standing.first_stage_at, standing.deal_closed_at, standing.told_at
    ) as opportunity_at,
    standing.deal_closed_at as closed_at,
    coalesce(cast(round(standing.amount_minor * rates.rate) as bigint), 0) as value_minor,
    standing.amount_minor as original_minor,
    standing.currency as original_currency,
    case
        when standing.amount_minor is not null and rates.rate is null then 'no exchange rate'
    end as excluded
from standing
left join account_persons on account_persons.account_id = standing.account_id
left join rates
    on rates.currency = standing.currency
    and rates.utc_day = coalesce(standing.deal_closed_at, standing.told_at) // 86400000000
