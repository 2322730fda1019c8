-- One row per stay of a deal in a stage.
-- grain:  deal_id, entered_at
-- reads:  deal_states
-- writes: deal_stages
-- params: none
with placed as (
    select
        deal_id,
        stage,
        status,
        occurred_at,
        received_at,
        fact_id,
        lag(stage, 1, '') over (
            partition by deal_id order by occurred_at, received_at, fact_id
        ) as previous_stage
    from deal_states
    where stage is not null
),

entered as (
    select *
    from placed
    where stage <> previous_stage
)

select
    deal_id,
    stage,
    coalesce(status, 'open') as status,
    occurred_at as entered_at,
    lead(occurred_at, 1, cast(null as bigint)) over (
        partition by deal_id order by occurred_at, received_at, fact_id
    ) as left_at
from entered
