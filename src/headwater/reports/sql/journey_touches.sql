-- Every touch of one person, in the order of the path.
-- grain: touch_id
-- reads: touchpoints
-- writes: none
-- params: person_id
select
    touch_id,
    person_id,
    touched_at,
    kind,
    channel,
    channel_rule,
    source,
    medium,
    campaign,
    content,
    keyword,
    landing_page,
    is_direct,
    visitor_id,
    case when kind = 'session' then touch_id end as session_id,
    case when kind <> 'session' then touch_id end as fact_id
from touchpoints
where person_id = $person_id
order by touched_at, touch_id
