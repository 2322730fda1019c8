-- Rows of spend in the range whose cost cannot be told in the reporting currency.
-- grain: excluded
-- reads: spend_days
-- writes: none
-- params: from_at, to_at
select excluded, count(*) as spend_rows
from spend_days
where excluded is not null and spent_at >= $from_at and spent_at < $to_at
group by excluded
