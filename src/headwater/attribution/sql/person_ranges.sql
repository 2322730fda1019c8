-- Where ranges of persons with about as many touches each begin.
-- grain:  first_person
-- reads:  touchpoints
-- writes: person_ranges
-- params: touches
with counted as (
    select person_id, count(*) as touches
    from touchpoints
    where person_id is not null
    group by person_id
),

running as (
    select
        person_id,
        sum(touches) over (
            order by person_id
            rows between unbounded preceding and current row
        ) as touches_so_far
    from counted
)

select min(person_id) as first_person
from running
group by (touches_so_far - 1) // $touches
order by first_person
