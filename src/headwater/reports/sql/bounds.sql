-- The first and last moment of anything a report can date.
-- grain: one row
-- reads: sessions, spend_days, touchpoints, conversions, deals
-- writes: none
-- params: none
with moments as (
    select min(started_at) as first_at, max(started_at) as last_at from sessions
    union all
    select min(spent_at), max(spent_at) from spend_days
    union all
    select min(touched_at), max(touched_at) from touchpoints
    union all
    select
        min(least(converted_at, lead_at, opportunity_at, closed_at, paid_at)),
        max(greatest(converted_at, lead_at, opportunity_at, closed_at, paid_at))
    from conversions
    union all
    select
        min(least(created_at, opportunity_at, closed_at)),
        max(greatest(created_at, opportunity_at, closed_at))
    from deals
)
select min(first_at) as first_at, max(last_at) as last_at from moments
