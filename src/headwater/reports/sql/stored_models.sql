-- The models whose credits are stored.
-- grain: model
-- reads: all_credits
-- writes: none
-- params: none
select distinct model from all_credits
