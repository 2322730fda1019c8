-- The models whose credits are stored.
-- grain: model
-- reads: credits
-- writes: none
-- params: none
select distinct model from credits
