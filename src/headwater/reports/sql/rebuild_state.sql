-- What the last rebuild noted of itself.
-- grain: name
-- reads: rebuild_state
-- writes: none
-- params: none
select name, value from rebuild_state
