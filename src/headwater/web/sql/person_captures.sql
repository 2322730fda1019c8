-- The facts that name a person, and since when one of them can be a lead's.
-- grain: fact_id
-- reads: fact_persons, leads
-- writes: none
-- params: person_id
select
    fact_persons.fact_id,
    leads.lead_at
from fact_persons
inner join leads on fact_persons.person_id = leads.person_id
where fact_persons.person_id = $person_id
