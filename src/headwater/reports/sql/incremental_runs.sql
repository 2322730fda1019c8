-- The runs of the incremental model in use, with all conversions and value known by now.
-- grain: model, kind
-- reads: model_runs, conversions
-- writes: none
-- params: kind
with known as (
    select
        kind,
        cast(sum(counts) as double) as conversions_now,
        cast(sum(value_minor) as bigint) as value_now
    from conversions
    where excluded is null
    group by kind
)

select
    model_runs.run_id,
    model_runs.model,
    model_runs.lookback,
    model_runs.watermark,
    model_runs.replicates,
    model_runs.finished_at,
    model_runs.conversions,
    model_runs.null_paths,
    model_runs.flags,
    coalesce(known.conversions_now, 0) as conversions_now,
    coalesce(known.value_now, 0) as value_now
from model_runs
left join known on known.kind = model_runs.kind
where model_runs.model like 'incremental%' and model_runs.kind = $kind
order by model_runs.model
