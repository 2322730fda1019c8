-- The person of each fact that names someone: by its keys, or else by its visitor, or else by
-- keys that several people share; who gave none of these is a person of that one fact.
-- grain:  fact_id
-- reads:  keyed_facts, visitors
-- writes: fact_persons
-- params: none
select
    keyed_facts.fact_id,
    coalesce(
        keyed_facts.person_id,
        visitors.person_id,
        keyed_facts.shared_person_id,
        keyed_facts.visitor_id,
        'fact:' || keyed_facts.fact_id
    ) as person_id
from keyed_facts
left join visitors on visitors.visitor_id = keyed_facts.visitor_id
