-- One row per person who made themselves known: when, how, and from which source. The source
-- is the first one recorded with a capture; where none is, that of the touch before the lead.
-- grain:  person_id
-- reads:  captures, recorded_touches, origins, touchpoints
-- writes: leads
-- params: none
with told as (
    select
        captures.*,
        min(occurred_at) over person as lead_at,
        count(*) over person as captures,
        first_value(external_id ignore nulls) over person as first_external_id,
        first_value(account_id ignore nulls) over person as first_account_id,
        first_value(landing_page ignore nulls) over person as first_landing_page,
        row_number() over (partition by person_id order by occurred_at, fact_id) as place
    from captures
    window person as (
        partition by person_id
        order by occurred_at, fact_id
        rows between unbounded preceding and unbounded following
    )
),

firsts as (
    select *
    from told
    where place = 1
),

sourced as (
    select
        told.person_id,
        recorded_touches.recorded_source,
        recorded_touches.origin_key,
        row_number() over (
            partition by told.person_id order by told.occurred_at, told.fact_id
        ) as place
    from told
    inner join recorded_touches on recorded_touches.fact_id = told.fact_id
),

made_by as (
    select
        touchpoints.*,
        row_number() over (
            partition by touchpoints.person_id
            order by touchpoints.touched_at desc, touchpoints.touch_id desc
        ) as place
    from touchpoints
    inner join firsts on firsts.person_id = touchpoints.person_id
    where touchpoints.touched_at <= firsts.lead_at
)

select
    firsts.person_id,
    firsts.lead_at,
    firsts.captures,
    firsts.method,
    firsts.first_external_id as external_id,
    firsts.first_account_id as account_id,
    case when sourced.person_id is null then made_by.channel else origins.channel end as channel,
    case
        when sourced.person_id is null then made_by.channel_rule else origins.channel_rule
    end as channel_rule,
    case
        when sourced.person_id is null then made_by.source
        else coalesce(sourced.recorded_source, origins.source)
    end as source,
    case when sourced.person_id is null then made_by.medium else origins.medium end as medium,
    case when sourced.person_id is null then made_by.campaign else origins.campaign end as campaign,
    case when sourced.person_id is null then made_by.content else origins.content end as content,
    case when sourced.person_id is null then made_by.keyword else origins.keyword end as keyword,
    coalesce(firsts.first_landing_page, made_by.landing_page) as landing_page,
    sourced.person_id is not null as source_is_recorded
from firsts
left join sourced on sourced.person_id = firsts.person_id and sourced.place = 1
left join origins on origins.origin_key = sourced.origin_key
left join made_by on made_by.person_id = firsts.person_id and made_by.place = 1
