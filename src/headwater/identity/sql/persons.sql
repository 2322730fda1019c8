-- Who a person is, as the earliest facts that say so tell it. An account that a CRM named goes
-- before one that is known by its mail domain alone.
-- grain:  person_id
-- reads:  fact_persons
-- writes: persons
-- params: none
with told as (
    select
        person_id,
        coalesce(
            first_value(case when account_id not like 'domain:%' then account_id end ignore nulls)
                over person,
            first_value(account_id ignore nulls) over person
        ) as account_id,
        first_value(external_id ignore nulls) over person as external_id,
        first_value(subject ignore nulls) over person as subject,
        first_value(occurred_at) over person as first_known_at,
        row_number() over (partition by person_id order by occurred_at, fact_id) as place
    from fact_persons
    window person as (
        partition by person_id
        order by occurred_at, fact_id
        rows between unbounded preceding and unbounded following
    )
)

select person_id, account_id, external_id, subject, first_known_at
from told
where place = 1
