-- Every share of every conversion in the range: of a touch, of no touch, or left out with its reason.
-- grain: conversion_id, touch_id
-- reads: conversions, all_credits, touchpoints, deals
-- writes: none
-- params: model, date_basis, from_at, to_at
with person_firsts as (
    select person_id, min(closed_at) as first_won_at
    from deals
    where status = 'won' and person_id is not null
    group by person_id
),
account_firsts as (
    select account_id, min(closed_at) as first_won_at
    from deals
    where status = 'won' and account_id is not null
    group by account_id
),
dated_conversions as (
    select
        conversions.conversion_id,
        conversions.kind,
        conversions.counts,
        conversions.value_minor,
        conversions.excluded,
        conversions.deal_id,
        conversions.converted_at,
        case $date_basis
            when 'lead' then conversions.lead_at
            when 'opportunity' then conversions.opportunity_at
            when 'close' then conversions.closed_at
            when 'payment' then conversions.paid_at
        end as basis_at,
        case
            when least(person_firsts.first_won_at, account_firsts.first_won_at)
                < case
                    when conversions.kind = 'won' then deals.closed_at
                    else conversions.anchored_at
                end
                then 'returning'
            else 'new'
        end as customer
    from conversions
    left join deals on conversions.deal_id = deals.deal_id
    left join person_firsts
        on coalesce(deals.person_id, conversions.person_id) = person_firsts.person_id
    left join account_firsts on deals.account_id = account_firsts.account_id
),
credited_shares as (
    select
        dated_conversions.conversion_id,
        all_credits.touch_id,
        all_credits.weight,
        all_credits.value_minor as credited_minor,
        touchpoints.touched_at,
        touchpoints.kind as touch_kind,
        touchpoints.channel,
        touchpoints.source,
        touchpoints.medium,
        touchpoints.campaign,
        touchpoints.content,
        touchpoints.keyword,
        touchpoints.landing_page,
        dated_conversions.kind,
        dated_conversions.counts,
        dated_conversions.deal_id,
        dated_conversions.customer,
        case
            when $date_basis = 'touch'
                then coalesce(touchpoints.touched_at, dated_conversions.converted_at)
            else dated_conversions.basis_at
        end as reported_at,
        case when all_credits.touch_id is null then '(no touch)' end as label
    from dated_conversions
    inner join all_credits on dated_conversions.conversion_id = all_credits.conversion_id
    left join touchpoints on all_credits.touch_id = touchpoints.touch_id
    where
        all_credits.model = $model
        and dated_conversions.excluded is null
        and ($date_basis = 'touch' or dated_conversions.basis_at is not null)
),
excluded_shares as (
    select
        conversion_id,
        null as touch_id,
        cast(1 as double) as weight,
        value_minor as credited_minor,
        null as touched_at,
        null as touch_kind,
        null as channel,
        null as source,
        null as medium,
        null as campaign,
        null as content,
        null as keyword,
        null as landing_page,
        kind,
        counts,
        deal_id,
        customer,
        coalesce(basis_at, converted_at) as reported_at,
        '(excluded: ' || coalesce(excluded, 'no ' || $date_basis || ' date') || ')' as label
    from dated_conversions
    where excluded is not null or ($date_basis <> 'touch' and basis_at is null)
),
shares as (
    select * from credited_shares
    union all
    select * from excluded_shares
)
select
    conversion_id,
    touch_id,
    weight,
    credited_minor,
    touch_kind,
    channel,
    source,
    medium,
    campaign,
    content,
    keyword,
    landing_page,
    kind,
    counts,
    deal_id,
    customer,
    reported_at,
    case
        when reported_at >= $from_at and reported_at < $to_at then label
        when touch_id is not null then '(excluded: credited to touches outside the dates)'
        else '(excluded: converted outside the dates)'
    end as place
from shares
where $date_basis = 'touch' or (reported_at >= $from_at and reported_at < $to_at)
