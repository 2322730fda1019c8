-- What the lead and the person behind it are known by.
-- grain: person_id
-- reads: persons, leads
-- writes: none
-- params: person_id
select
    persons.person_id,
    persons.account_id,
    persons.external_id,
    persons.subject,
    leads.lead_at,
    leads.method,
    leads.captures,
    leads.channel,
    leads.source,
    leads.campaign,
    leads.source_is_recorded
from persons
left join leads on persons.person_id = leads.person_id
where persons.person_id = $person_id
