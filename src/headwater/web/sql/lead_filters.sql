-- What the leads can be filtered by: channels and stages, with how many leads each has.
-- grain: filter, value
-- reads: leads, deals
-- writes: none
-- params: none
with lead_stages as (
    select
        leads.person_id,
        max_by(deals.stage, coalesce(deals.opportunity_at, deals.created_at, deals.closed_at, 0))
            as last_stage
    from leads
    left join deals on leads.person_id = deals.person_id
    group by leads.person_id
)
select 'channel' as filter, coalesce(channel, '(not set)') as value, count(*) as leads
from leads
group by coalesce(channel, '(not set)')
union all
select 'stage' as filter, coalesce(last_stage, '(no deal)') as value, count(*) as leads
from lead_stages
group by coalesce(last_stage, '(no deal)')
order by filter, leads desc, value
