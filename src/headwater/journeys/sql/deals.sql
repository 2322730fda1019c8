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

ranked as (
    select
        *,
        row_number() over (
            partition by deal_id order by occurred_at, received_at, fact_id
        ) as place
    from states
),

told as (
    select
        deal_id,
        max_by(stage, place) as stage,
        max_by(status, place) as status,
        max_by(pipeline, place) as pipeline,
        max_by(owner, place) as owner,
        max_by(product, place) as product,
        max_by(region, place) as region,
        max_by(lost_reason, place) as lost_reason,
        max_by(name, place) as name,
        max_by(probability, place) as probability,
        max_by(closed_at, place) as closed_at,
        max_by(amount_minor, place) as amount_minor,
        max_by(currency, place) as currency,
        max_by(account_id, place) as account_id,
        max_by(person_id, place) as person_id,
        max(occurred_at) as told_at,
        max_by(
            case when status in ('won', 'lost') then coalesce(closed_at, changed_at) end, place
        ) as closing_at,
        min(created_at) as created_at,
        min(coalesce(changed_at, created_at)) as first_stage_at
    from ranked
    group by deal_id
),

standing as (
    select
        *,
        coalesce(status, 'open') as deal_status,
        case
            when coalesce(status, 'open') <> 'open' then coalesce(closing_at, closed_at, told_at)
        end as deal_closed_at
    from told
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
