-- The stored credit of every conversion of one person.
-- grain: model, conversion_id, touch_id
-- reads: credits, conversions
-- writes: none
-- params: person_id
select
    credits.model,
    credits.conversion_id,
    credits.touch_id,
    credits.weight,
    credits.value_minor
from credits
inner join conversions on credits.conversion_id = conversions.conversion_id
where conversions.person_id = $person_id
order by credits.model, credits.conversion_id, credits.touch_id
