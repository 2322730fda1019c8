-- The data-driven models that have been learned.
-- grain: model
-- reads: model_runs
-- writes: none
-- params: none
select distinct model from model_runs
