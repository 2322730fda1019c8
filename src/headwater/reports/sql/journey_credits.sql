-- The stored credit of every conversion of one person.
-- grain: model, conversion_id, touch_id
-- reads: all_credits, conversions
-- writes: none
-- params: person_id
select
    all_credits.model,
    all_credits.conversion_id,
    all_credits.touch_id,
    all_credits.weight,
    all_credits.value_minor
from all_credits
inner join conversions on all_credits.conversion_id = conversions.conversion_id
where conversions.person_id = $person_id
order by all_credits.model, all_credits.conversion_id, all_credits.touch_id
