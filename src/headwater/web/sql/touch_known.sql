-- One touch with its session: what the raw facts are found by.
-- grain: touch_id
-- reads: touchpoints, sessions
-- writes: none
-- params: touch_id
select
    touchpoints.*,
    sessions.site,
    sessions.started_at,
    sessions.ended_at,
    sessions.events,
    sessions.page_views,
    sessions.device,
    sessions.os,
    sessions.browser,
    sessions.click_id_kind
from touchpoints
left join sessions on touchpoints.touch_id = sessions.session_id
where touchpoints.touch_id = $touch_id
