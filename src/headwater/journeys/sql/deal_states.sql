-- What is known of a deal after each fact about it: CRM snapshots and stage changes in order.
-- grain:  fact_id
-- reads:  facts_deal, facts_stage_change, fact_persons
-- writes: deal_states
-- params: none
select
    facts_deal.deal_id,
    facts_deal.fact_id,
    facts_deal.occurred_at,
    facts_deal.received_at,
    facts_deal.stage,
    facts_deal.status,
    facts_deal.pipeline,
    facts_deal.owner,
    facts_deal.product,
    facts_deal.region,
    facts_deal.lost_reason,
    facts_deal.name,
    facts_deal.probability,
    facts_deal.created_at,
    facts_deal.closed_at,
    facts_deal.amount_minor,
    facts_deal.currency,
    facts_deal.account_id,
    fact_persons.person_id,
    cast(null as bigint) as changed_at
from facts_deal
left join fact_persons on fact_persons.fact_id = facts_deal.fact_id
where facts_deal.deal_id is not null
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
    cast(null as varchar) as person_id,
    occurred_at as changed_at
from facts_stage_change
where deal_id is not null
