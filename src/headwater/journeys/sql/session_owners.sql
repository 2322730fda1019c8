-- Whose each session is on a browser that several people used: a session in which somebody makes
-- themselves known is theirs, and so are those that follow until another does.
-- grain:  session_id
-- reads:  session_rows, visitor_turns
-- writes: session_owners
-- params: session_timeout
with ordered as (
    select
        session_id,
        visitor_id,
        ended_at,
        lead(started_at, 1, 253402300800000000) over (
            partition by visitor_id order by started_at, session_id
        ) as next_at
    from session_rows
    where visitor_id in (select visitor_turns.visitor_id from visitor_turns)
),

closed as (
    select
        session_id,
        visitor_id,
        -- A form is often stored some moments after the last page.
        least(ended_at + $session_timeout, next_at - 1) as closed_at
    from ordered
)

select closed.session_id, closed.visitor_id, visitor_turns.person_id
from closed
inner join visitor_turns on visitor_turns.visitor_id = closed.visitor_id
where closed.closed_at >= visitor_turns.from_at and closed.closed_at < visitor_turns.until_at
