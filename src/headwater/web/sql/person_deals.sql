-- One person's deals as they stand, with every stage they passed.
-- grain: deal_id, entered_at, stage
-- reads: deals, deal_stages
-- writes: none
-- params: person_id
select
    deals.deal_id,
    deals.name,
    deals.pipeline,
    deals.stage as present_stage,
    deals.status,
    deals.owner,
    deals.product,
    deals.lost_reason,
    deals.closed_at,
    deals.value_minor,
    deal_stages.stage,
    deal_stages.entered_at,
    deal_stages.left_at
from deals
left join deal_stages on deals.deal_id = deal_stages.deal_id
where deals.person_id = $person_id
order by deals.deal_id, deal_stages.entered_at, deal_stages.stage
