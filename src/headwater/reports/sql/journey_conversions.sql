-- Every conversion of one person, in the order of time.
-- grain: conversion_id
-- reads: conversions
-- writes: none
-- params: person_id
select
    conversion_id,
    kind,
    person_id,
    anchored_at,
    converted_at,
    counts,
    coalesce(value_minor, 0) as value_minor,
    excluded,
    deal_id,
    order_id,
    lead_at,
    opportunity_at,
    closed_at,
    paid_at
from conversions
where person_id = $person_id
order by anchored_at, converted_at, conversion_id
