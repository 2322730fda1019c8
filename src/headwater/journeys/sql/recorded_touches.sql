-- Facts that record where someone came from, without a tracked session: imported touchpoints,
-- and leads, calls and chats with a source of their own. A promo code tells of a place that no
-- session of the visitor shows, so it is no visitor's: their sessions do not stand for it.
-- grain:  fact_id
-- reads:  facts_event, facts_lead, facts_call, facts_chat
-- writes: recorded_touches
-- params: none
with recorded as (
    select
        fact_id, occurred_at, 'recorded' as kind, visitor_id, site, landing_page,
        channel, source, medium, campaign, content, keyword, referrer, click_id_kind
    from facts_event
    where name = 'touchpoint'
    union all
    select
        fact_id,
        occurred_at,
        'recorded' as kind,
        case
            when strpos(properties, '"source_told_by":"promo_code"') > 0 then null
            else visitor_id
        end as visitor_id,
        site,
        landing_page,
        channel,
        source,
        medium,
        campaign,
        content,
        keyword,
        referrer,
        click_id_kind
    from facts_lead
    where coalesce(channel, source, medium, campaign, referrer, click_id_kind) is not null
    union all
    select
        fact_id, occurred_at, 'call' as kind, visitor_id, site, landing_page,
        channel, source, medium, campaign, content, keyword, referrer, click_id_kind
    from facts_call
    where coalesce(channel, source, medium, campaign, referrer, click_id_kind) is not null
    union all
    select
        fact_id, occurred_at, 'chat' as kind, visitor_id, site, landing_page,
        channel, source, medium, campaign, content, keyword, referrer, click_id_kind
    from facts_chat
    where coalesce(channel, source, medium, campaign, referrer, click_id_kind) is not null
)

select
    fact_id,
    occurred_at,
    kind,
    visitor_id,
    landing_page,
    source as recorded_source,
    ''
    || chr(31) || coalesce(referrer, '')
    || chr(31) || coalesce(site, '')
    || chr(31) || coalesce(channel, '')
    || chr(31) || coalesce(source, '')
    || chr(31) || coalesce(medium, '')
    || chr(31) || coalesce(campaign, '')
    || chr(31) || coalesce(content, '')
    || chr(31) || coalesce(keyword, '')
    || chr(31) || coalesce(click_id_kind, '') as origin_key
from recorded
