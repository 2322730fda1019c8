-- What browsers did, without what only servers see; with the arrival key of events that say
-- where they came from. A click id's value is blanked: that it is there is what matters.
-- grain:  fact_id
-- reads:  facts_event
-- writes: page_events
-- params: none
select
    visitor_id,
    fact_id,
    occurred_at,
    site,
    url,
    user_agent,
    name in ('page_view', 'screen_view') as is_page_view,
    case
        when
            source is not null
            or campaign is not null
            or (
                strpos(url, '?') > 0
                and regexp_matches(url, '[?&](utm_|mtm_|pk_|[a-z_]*id=|epik=)')
            )
            or (
                referrer is not null
                and not starts_with(referrer, split_part(url, '/', 1) || '//' || split_part(url, '/', 3) || '/')
            )
            then
                case
                    when strpos(url, '?') > 0
                        then regexp_replace(
                            substr(url, strpos(url, '?') + 1), '([a-z_]*id=|epik=)[^&#]*', '\1x', 'g'
                        )
                    else ''
                end
                || chr(31) || coalesce(referrer, '')
                || chr(31) || coalesce(site, '')
                || chr(31) || coalesce(channel, '')
                || chr(31) || coalesce(source, '')
                || chr(31) || coalesce(medium, '')
                || chr(31) || coalesce(campaign, '')
                || chr(31) || coalesce(content, '')
                || chr(31) || coalesce(keyword, '')
                || chr(31) || coalesce(click_id_kind, '')
    end as origin_key
from facts_event
where visitor_id is not null and name not in ('file_request', 'request', 'touchpoint')
