-- The person behind an id, with how it was found: the person's own, a key, a visitor, a deal or an order.
-- grain: one way in which the id names a person
-- reads: person_keys, persons, visitors, touchpoints, conversions, leads, deals, orders
-- writes: none
-- params: asked
select 1 as found_by, person_id from persons where person_id = $asked
union all
select 2, person_id from person_keys where person_key = $asked
union all
select 3, person_id from person_keys where person_key = 'external:' || $asked
union all
select 4, person_id from persons where external_id = $asked
union all
select 5, person_id from leads where external_id = $asked or person_id = $asked
union all
select 6, person_id from visitors where visitor_id = $asked
union all
select 7, person_id from deals where deal_id = $asked and person_id is not null
union all
select 8, person_id from orders where order_id = $asked and person_id is not null
union all
select 9, person_id from conversions where person_id = $asked
union all
select 10, person_id from touchpoints where person_id = $asked or visitor_id = $asked
