-- What a run of the incremental model found of each channel, and what weakens it.
-- grain: channel
-- reads: model_results, model_effects
-- writes: none
-- params: run_id
select
    model_results.channel,
    model_results.conversions,
    model_results.conversions_low,
    model_results.conversions_high,
    model_results.value_minor as amount,
    model_results.value_low_minor as amount_low,
    model_results.value_high_minor as amount_high,
    model_effects.removed,
    model_effects.removed_low,
    model_effects.removed_high,
    model_effects.effect,
    model_effects.effect_error,
    model_effects.exposed_persons,
    model_effects.exposed_conversions,
    model_effects.cautions
from model_results
inner join model_effects
    on
        model_effects.run_id = model_results.run_id
        and model_effects.channel = model_results.channel
where model_results.run_id = $run_id
order by model_results.channel
