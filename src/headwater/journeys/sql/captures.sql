-- One row per moment at which somebody made themselves known, with what they said of how they had
-- heard of us: a text of the JSON object `properties`, whose escaped signs stand aside while it
-- is cut out.
-- grain:  fact_id
-- reads:  facts_lead, facts_call, facts_chat
-- writes: captures
-- params: none
with marked as (
    select
        fact_id,
        occurred_at,
        method,
        external_id,
        account_id,
        landing_page,
        case
            when strpos(properties, '"self_reported":"') > 0
                then
                    replace(
                        replace(properties, concat(chr(92), chr(92)), chr(2)),
                        concat(chr(92), chr(34)),
                        chr(1)
                    )
        end as told
    from facts_lead
),

said as (
    select
        *,
        substr(told, strpos(told, '"self_reported":"') + 17) as rest
    from marked
)

select
    fact_id,
    occurred_at,
    coalesce(method, 'form') as method,
    external_id,
    account_id,
    landing_page,
    nullif(
        lower(
            trim(
                replace(
                    replace(substr(rest, 1, strpos(rest, chr(34)) - 1), chr(1), chr(34)),
                    chr(2),
                    chr(92)
                )
            )
        ),
        ''
    ) as self_reported
from said
union all
select
    fact_id,
    occurred_at,
    'call' as method,
    external_id,
    account_id,
    landing_page,
    cast(null as varchar) as self_reported
from facts_call
where coalesce(phone_key, email_key, external_id) is not null
union all
select
    fact_id,
    occurred_at,
    'chat' as method,
    external_id,
    account_id,
    landing_page,
    cast(null as varchar) as self_reported
from facts_chat
where coalesce(email_key, phone_key, external_id) is not null
