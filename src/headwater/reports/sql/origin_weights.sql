-- What hangs on each way of arriving: sessions, touches recorded without one, and the conversions
-- and the value that a model credits to them. Sessions whose arrival says nothing have the null key.
-- grain: origin_key
-- reads: origins, session_rows, recorded_touches, recorded_touchpoints, all_credits, conversions
-- writes: none
-- params: model, kind
with credited as (
    select
        all_credits.touch_id,
        sum(all_credits.weight) as conversion_count,
        sum(all_credits.value_minor) as value_minor
    from all_credits
    inner join conversions on conversions.conversion_id = all_credits.conversion_id
    where all_credits.model = $model and conversions.kind = $kind
    group by all_credits.touch_id
),
touched as (
    select
        session_rows.origin_number,
        1 as session_count,
        0 as touch_count,
        credited.conversion_count,
        credited.value_minor
    from session_rows
    left join credited on credited.touch_id = session_rows.session_id
    union all
    select
        origins.origin_number,
        0 as session_count,
        1 as touch_count,
        credited.conversion_count,
        credited.value_minor
    from recorded_touchpoints
    inner join recorded_touches on recorded_touches.fact_id = recorded_touchpoints.touch_id
    inner join origins on origins.origin_key = recorded_touches.origin_key
    left join credited on credited.touch_id = recorded_touchpoints.touch_id
),
weights as (
    select
        origin_number,
        cast(sum(session_count) as bigint) as session_count,
        cast(sum(touch_count) as bigint) as touch_count,
        cast(coalesce(sum(conversion_count), 0) as double) as conversion_count,
        cast(coalesce(sum(value_minor), 0) as bigint) as value_minor
    from touched
    group by origin_number
)
select
    origins.origin_key,
    origins.channel,
    coalesce(weights.session_count, 0) as session_count,
    coalesce(weights.touch_count, 0) as touch_count,
    coalesce(weights.conversion_count, 0) as conversion_count,
    coalesce(weights.value_minor, 0) as value_minor
from origins
left join weights on weights.origin_number = origins.origin_number
union all
select
    null as origin_key,
    'Direct' as channel,
    session_count,
    touch_count,
    conversion_count,
    value_minor
from weights
where origin_number is null
