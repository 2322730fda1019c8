-- Every conversion that can be credited, with its milestones.
-- grain: conversion_id
-- reads: conversions
-- writes: none
-- params: none
select
    conversion_id,
    person_id,
    kind,
    anchored_at,
    coalesce(value_minor, 0) as value_minor,
    lead_at,
    opportunity_at,
    closed_at
from conversions
where excluded is null
order by person_id, anchored_at, conversion_id
