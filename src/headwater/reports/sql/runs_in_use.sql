-- The runs of data-driven models that reports credit by, with the conversions known by now.
-- grain: model, kind
-- reads: model_runs, conversions
-- writes: none
-- params: none
with known as (
    select kind, cast(sum(counts) as double) as conversions_now
    from conversions
    where excluded is null
    group by kind
)

select
    model_runs.model,
    model_runs.kind,
    model_runs.run_id,
    model_runs.lookback,
    model_runs.watermark,
    model_runs.rule_version,
    model_runs.replicates,
    model_runs.finished_at,
    model_runs.paths,
    model_runs.conversions,
    model_runs.untouched,
    model_runs.value_minor,
    model_runs.null_paths,
    model_runs.gap_conversions,
    model_runs.gap_minor,
    model_runs.flags,
    coalesce(known.conversions_now, 0) as conversions_now
from model_runs
left join known on known.kind = model_runs.kind
where model_runs.model not like 'incremental%'
order by model_runs.model, model_runs.kind
