-- One touch with its session: what the raw facts are found by.
-- grain: touch_id
-- reads: touchpoints, sessions
-- writes: none
-- params: touch_id
select
    touchpoints.touch_id,
    touchpoints.person_id,
    touchpoints.touched_at,
    touchpoints.kind,
    touchpoints.channel,
    touchpoints.channel_rule,
    touchpoints.visitor_id,
    sessions.session_id,
    sessions.started_at,
    sessions.ended_at
from touchpoints
left join sessions on touchpoints.touch_id = sessions.session_id
where touchpoints.touch_id = $touch_id
