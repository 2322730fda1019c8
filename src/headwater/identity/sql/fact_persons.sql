-- The person of each fact that names someone: by its keys, or else by its visitor, or else by a
-- name beside a key that several people share; who gave none of these is a person of that one
-- fact. With what the fact says of the person.
-- grain:  fact_id
-- reads:  keyed_facts, visitors, visitor_turns
-- writes: fact_persons
-- params: none
select
    keyed_facts.fact_id,
    coalesce(
        keyed_facts.person_id,
        visitor_turns.person_id,
        visitors.person_id,
        keyed_facts.namesake_id,
        keyed_facts.visitor_id,
        'fact:' || keyed_facts.fact_id
    ) as person_id,
    keyed_facts.occurred_at,
    keyed_facts.account_id,
    keyed_facts.external_id,
    keyed_facts.subject
from keyed_facts
left join visitors on visitors.visitor_id = keyed_facts.visitor_id
left join visitor_turns
    on visitor_turns.visitor_id = keyed_facts.visitor_id
    and keyed_facts.occurred_at >= visitor_turns.from_at
    and keyed_facts.occurred_at < visitor_turns.until_at
