-- What browsers did, without what only servers see; with the arrival key of events that say
-- where they came from. A click id's value is blanked: that it is there is what matters.
-- grain:  fact_id
-- reads:  facts_event
-- writes: page_events
-- params: none
select
    visitor_id,
    fact_id,
    hash(visitor_id) as visitor_number,
    cast('0x' || substr(fact_id, 1, 15) as bigint) as fact_number,
    occurred_at,
    site,
    url,
    user_agent,
    name in ('page_view', 'screen_view') as is_page_view,
    case
        when
            (
                referrer is not null
                and not coalesce(starts_with(referrer, 'https://' || site || '/'), false)
                and not coalesce(starts_with(referrer, 'https://www.' || site || '/'), false)
                and (
                    site is not null
                    or not starts_with(
                        referrer,
                        split_part(url, '/', 1) || '//' || split_part(url, '/', 3) || '/'
                    )
                )
            )
            or (
                strpos(url, '?') > 0
                and regexp_matches(
                    url,
                    '(?i)[?&](utm_|mtm_|pk_|[a-z_]*(id|epik|tblci|dicbo|awc|cjevent|_hsenc|mkt_tok)=)'
                )
            )
            or source is not null
            or campaign is not null
            then
                concat(
                    case
                        when strpos(url, '?') = 0 then ''
                        else regexp_replace(
                            substr(url, strpos(url, '?') + 1),
                            '((?i)id|epik|tblci|dicbo|awc|cjevent|_hsenc|mkt_tok)=[^&#]*',
                            '\1=x',
                            'g'
                        )
                    end,
                    chr(31), coalesce(referrer, ''),
                    chr(31), coalesce(site, ''),
                    chr(31),
                    case
                        when
                            coalesce(
                                channel, source, medium, campaign, content, keyword, click_id_kind
                            ) is null
                            then ''
                        else concat(
                            coalesce(channel, ''),
                            chr(31), coalesce(source, ''),
                            chr(31), coalesce(medium, ''),
                            chr(31), coalesce(campaign, ''),
                            chr(31), coalesce(content, ''),
                            chr(31), coalesce(keyword, ''),
                            chr(31), coalesce(click_id_kind, '')
                        )
                    end
                )
    end as origin_key
from facts_event
where visitor_id is not null and name not in ('file_request', 'request', 'touchpoint')
