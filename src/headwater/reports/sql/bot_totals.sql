-- Everything that was seen between two moments, and what of it the sessions hold: the rest is
-- what robots did.
-- grain: one row
-- reads: session_rows, bot_hits, sessions
-- writes: none
-- params: from_at, to_at
with cut as (
    select cast(coalesce(sum(events), 0) as bigint) as events
    from session_rows
    where started_at >= $from_at and started_at < $to_at
),
told as (
    select count(*) as hits
    from bot_hits
    where occurred_at >= $from_at and occurred_at < $to_at
),
kept as (
    select cast(coalesce(sum(events), 0) as bigint) as events
    from sessions
    where started_at >= $from_at and started_at < $to_at
)
select cut.events + told.hits as all_hits, cut.events + told.hits - kept.events as bot_hits
from cut
cross join told
cross join kept
