-- Spend as it stands: of several rows for the same day and ad, the one received last.
-- Spend that names no medium was paid for, so it counts as paid.
-- grain:  fact_id
-- reads:  facts_spend
-- writes: spend_rows
-- params: none
with ranked as (
    select
        fact_id, occurred_at, site, account, channel, source, medium, campaign, ad_group, ad,
        keyword, region, device, impressions, clicks, cost_minor, currency,
        row_number() over (
            partition by
                occurred_at, account, channel, source, medium, campaign, ad_group, ad, keyword,
                region, device, age, gender, currency
            order by received_at desc, fact_id desc
        ) as place
    from facts_spend
)

select
    fact_id, occurred_at, account, source, medium, campaign, ad_group, ad,
    keyword, region, device, impressions, clicks, cost_minor, currency,
    chr(31)
    || chr(31) || coalesce(site, '')
    || chr(31) || coalesce(channel, '')
    || chr(31) || coalesce(source, '')
    || chr(31) || coalesce(medium, case when channel is null then 'cpc' end, '')
    || chr(31) || coalesce(campaign, '')
    || chr(31)
    || chr(31) || coalesce(keyword, '')
    || chr(31) as origin_key
from ranked
where place = 1
