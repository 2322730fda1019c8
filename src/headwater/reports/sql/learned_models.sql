-- The data-driven models that have been learned and credit touches.
-- grain: model
-- reads: model_runs
-- writes: none
-- params: none
select distinct model from model_runs
where model not like 'incremental%'
