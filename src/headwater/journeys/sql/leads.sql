-- One row per person who made themselves known: when, how, and from which source. The source
-- is the first one recorded with a capture; where none is, that of the touch before the lead.
-- grain:  person_id
-- reads:  captures, fact_persons, recorded_touches, origins, touchpoints
-- writes: leads
-- params: none
with told as (
    select
        captures.*,
        fact_persons.person_id,
        row_number() over (
            partition by fact_persons.person_id order by captures.occurred_at, captures.fact_id
        ) as place
    from captures
    inner join fact_persons on fact_persons.fact_id = captures.fact_id
),

firsts as (
    select
        person_id,
        min(occurred_at) as lead_at,
        count(*) as captures,
        max(case when place = 1 then method end) as method,
        min_by(external_id, place) as external_id,
        coalesce(
            min_by(case when account_id not like 'domain:%' then account_id end, place),
            min_by(account_id, place)
        ) as account_id,
        min_by(landing_page, place) as landing_page,
        min_by(self_reported, place) as self_reported
    from told
    group by person_id
),

sourced as (
    select
        told.person_id,
        recorded_touches.recorded_source,
        recorded_touches.origin_key,
        row_number() over (partition by told.person_id order by told.place) as place
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
    firsts.external_id,
    firsts.account_id,
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
    coalesce(firsts.landing_page, made_by.landing_page) as landing_page,
    sourced.person_id is not null as source_is_recorded,
    firsts.self_reported
from firsts
left join sourced on sourced.person_id = firsts.person_id and sourced.place = 1
left join origins on origins.origin_key = sourced.origin_key
left join made_by on made_by.person_id = firsts.person_id and made_by.place = 1
