-- Spend with the channel that it bought, in the reporting currency.
-- grain:  fact_id
-- reads:  spend_rows, origins, rates
-- writes: spend_days
-- params: none
select
    spend_rows.fact_id,
    spend_rows.occurred_at as spent_at,
    origins.channel,
    coalesce(origins.source, spend_rows.source) as source,
    coalesce(origins.medium, spend_rows.medium) as medium,
    spend_rows.campaign,
    spend_rows.ad_group,
    spend_rows.ad,
    spend_rows.keyword,
    spend_rows.region,
    spend_rows.device,
    coalesce(spend_rows.impressions, 0) as impressions,
    coalesce(spend_rows.clicks, 0) as clicks,
    coalesce(cast(round(spend_rows.cost_minor * rates.rate) as bigint), 0) as cost_minor,
    case
        when spend_rows.cost_minor is not null and rates.rate is null then 'no exchange rate'
    end as excluded
from spend_rows
inner join origins on origins.origin_key = spend_rows.origin_key
left join rates
    on rates.currency = spend_rows.currency
    and rates.utc_day = spend_rows.occurred_at // 86400000000
