-- What the runs in use found of each channel.
-- grain: model, kind, channel
-- reads: model_results
-- writes: none
-- params: none
select
    run_id,
    model,
    kind,
    channel,
    conversions,
    conversions_low,
    conversions_high,
    value_minor,
    value_low_minor,
    value_high_minor,
    removal_conversions,
    removal_value,
    credited_conversions,
    credited_minor,
    factor,
    value_factor,
    too_few
from model_results
order by model, kind, conversions desc, channel
