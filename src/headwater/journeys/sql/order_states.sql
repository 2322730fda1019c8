-- What is known of a line of an order, or of a refund, after each fact about it.
-- grain:  fact_id
-- reads:  facts_order
-- writes: order_states
-- params: none
select
    order_id,
    line_id,
    fact_id,
    occurred_at,
    received_at,
    coalesce(is_refund, false) or amount_minor < 0 as refunds,
    amount_minor,
    cost_minor,
    currency,
    account_id,
    deal_id
from facts_order
where order_id is not null
