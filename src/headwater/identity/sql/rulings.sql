-- What users ruled of keys and visitors, and what still stands of it.
-- grain:  ruling_id, person_key
-- reads:  facts_identity_link
-- writes: rulings
-- params: none
with told as (
    select
        origin as ruling_id,
        case
            when external_id is not null then 'external:' || external_id
            when email_key is not null then 'email:' || email_key
            when phone_key is not null then 'phone:' || phone_key
            else 'visitor:' || visitor_id
        end as person_key,
        strength as verdict,
        occurred_at
    from facts_identity_link
    where
        evidence = 'user'
        and strength <> 'strong'
        and coalesce(external_id, email_key, phone_key, visitor_id) is not null
)

select ruling_id, person_key, verdict, min(occurred_at) as ruled_at
from told
where ruling_id not in (select gone.ruling_id from told as gone where gone.verdict = 'revoked')
group by ruling_id, person_key, verdict
