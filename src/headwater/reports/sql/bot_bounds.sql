-- The first and last moment at which a robot was seen.
-- grain: one row
-- reads: bot_hits, bot_visitors
-- writes: none
-- params: none
with moments as (
    select min(occurred_at) as first_at, max(occurred_at) as last_at from bot_hits
    union all
    select min(first_seen_at), max(last_seen_at) from bot_visitors
)
select min(first_at) as first_at, max(last_at) as last_at from moments
