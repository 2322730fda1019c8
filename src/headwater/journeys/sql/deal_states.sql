-- What is known of a deal after each fact about it: CRM snapshots and stage changes in order.
-- grain:  fact_id
-- reads:  facts_deal, facts_stage_change
-- writes: deal_states
-- params: none
select
    deal_id,
    fact_id,
    occurred_at,
    received_at,
    stage,
    status,
    pipeline,
    owner,
    product,
    region,
    lost_reason,
    name,
    probability,
    created_at,
    closed_at,
    amount_minor,
    currency,
    account_id,
    cast(null as bigint) as changed_at
from facts_deal
where deal_id is not null
union all
select
    deal_id,
    fact_id,
    occurred_at,
    received_at,
    stage,
    status,
    pipeline,
    owner,
    cast(null as varchar) as product,
    cast(null as varchar) as region,
    cast(null as varchar) as lost_reason,
    cast(null as varchar) as name,
    cast(null as double) as probability,
    cast(null as bigint) as created_at,
    cast(null as bigint) as closed_at,
    cast(null as bigint) as amount_minor,
    cast(null as varchar) as currency,
    cast(null as varchar) as account_id,
    occurred_at as changed_at
from facts_stage_change
where deal_id is not null
