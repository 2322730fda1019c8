-- The person whom a fact's own keys name, and, where only keys that several people share do, the
-- one of them who goes by the name that it gives.
-- grain:  fact_id
-- reads:  key_sightings, person_keys
-- writes: keyed_facts
-- params: none
select
    key_sightings.fact_id,
    key_sightings.occurred_at,
    key_sightings.visitor_id,
    key_sightings.external_id,
    key_sightings.account_id,
    key_sightings.subject,
    coalesce(
        case when not externals.is_shared then externals.person_id end,
        case when not emails.is_shared then emails.person_id end,
        case when not phones.is_shared then phones.person_id end
    ) as person_id,
    'n' || substr(
        md5(
            coalesce(externals.person_key, emails.person_key, phones.person_key)
            || chr(31)
            || key_sightings.name_key
        ),
        1,
        24
    ) as namesake_id
from key_sightings
left join person_keys as externals
    on externals.person_key = 'external:' || key_sightings.external_id
left join person_keys as emails on emails.person_key = 'email:' || key_sightings.email_key
left join person_keys as phones on phones.person_key = 'phone:' || key_sightings.phone_key
