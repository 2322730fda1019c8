-- The credit of every touch under every model, whether a rule or learned in a run.
-- grain:  model, conversion_id, touch_id
-- reads:  credits, model_credits
-- writes: all_credits
-- params: none
select model, person_id, conversion_id, touch_id, weight, value_minor
from credits
union all
select model, person_id, conversion_id, touch_id, weight, value_minor
from model_credits
