-- One page of the leads that fit, with what became of each.
-- grain: person_id
-- reads: leads, deals, touchpoints
-- writes: none
-- params: has_search, persons, search_id, channel, stage, skip, most
with lead_deals as (
    select
        person_id,
        count(*) as deal_count,
        sum(case when status = 'won' then 1 else 0 end) as won_count,
        sum(case when status = 'won' then value_minor else 0 end) as won_minor,
        sum(case when status = 'open' then value_minor else 0 end) as open_minor,
        max_by(stage, coalesce(opportunity_at, created_at, closed_at, 0)) as last_stage,
        max_by(status, coalesce(opportunity_at, created_at, closed_at, 0)) as last_status
    from deals
    where person_id is not null
    group by person_id
),
fitting_leads as (
    select
        leads.person_id,
        leads.lead_at,
        leads.method,
        leads.external_id,
        leads.account_id,
        leads.channel,
        leads.source,
        leads.campaign,
        leads.keyword,
        coalesce(lead_deals.deal_count, 0) as deal_count,
        coalesce(lead_deals.won_count, 0) as won_count,
        coalesce(lead_deals.won_minor, 0) as won_minor,
        coalesce(lead_deals.open_minor, 0) as open_minor,
        lead_deals.last_stage,
        lead_deals.last_status
    from leads
    left join lead_deals on leads.person_id = lead_deals.person_id
    where
        ($channel = '' or coalesce(leads.channel, '(not set)') = $channel)
        and ($stage = '' or coalesce(lead_deals.last_stage, '(no deal)') = $stage)
        and (
            not $has_search
            or list_contains($persons, leads.person_id)
            or lower(leads.external_id) = $search_id
            or lower(leads.person_id) = $search_id
            or lower(leads.account_id) = $search_id
        )
),
listed_leads as (
    select *, count(*) over () as all_leads
    from fitting_leads
    order by lead_at desc, person_id
    limit $most offset $skip
),
touch_counts as (
    select touchpoints.person_id, count(*) as touch_count
    from touchpoints
    inner join listed_leads on touchpoints.person_id = listed_leads.person_id
    group by touchpoints.person_id
)
select listed_leads.*, coalesce(touch_counts.touch_count, 0) as touch_count
from listed_leads
left join touch_counts on listed_leads.person_id = touch_counts.person_id
order by listed_leads.lead_at desc, listed_leads.person_id
