-- What browsers other than bots did, in numbers: texts are slow to sort and to carry. By the head
-- of its id an event is set among others of the same moment. Events that say where they came from
-- have an arrival key, in which a click id's value is blanked: that it is there is what matters;
-- `key_number` stands for it.
-- grain:  event_number
-- reads:  page_events, agents, local_time
-- writes: browsed_events
-- params: session_midnight
with arrived as (
    select
        cast(hash(page_events.visitor_id) >> 1 as bigint) as visitor_number,
        substr(page_events.fact_id, 1, 12) as fact_head,
        page_events.event_number,
        page_events.occurred_at,
        case when page_events.name in ('page_view', 'screen_view') then 1 else 0 end as page_views,
        case
            when not $session_midnight then 0
            when page_events.occurred_at < local_time.changes_at
                then (page_events.occurred_at + local_time.shift_before) // 86400000000
            else (page_events.occurred_at + coalesce(local_time.shift_after, 0)) // 86400000000
        end as local_day,
        agents.agent_number,
        case
            when
                page_events.source is not null
                or page_events.campaign is not null
                or (
                    page_events.referrer is not null
                    and not coalesce(
                        starts_with(
                            page_events.referrer, concat('https://www.', page_events.site, '/')
                        )
                        or starts_with(
                            page_events.referrer, concat('https://', page_events.site, '/')
                        ),
                        false
                    )
                    and (
                        page_events.site is not null
                        or not starts_with(
                            page_events.referrer,
                            split_part(page_events.url, '/', 1)
                            || '//'
                            || split_part(page_events.url, '/', 3)
                            || '/'
                        )
                    )
                )
                or (
                    strpos(page_events.url, '?') > 0
                    and (
                        strpos(page_events.url, 'utm_') > 0
                        or regexp_matches(
                            page_events.url,
                            '(?i)[?&](utm_|mtm_|pk_|[a-z_]*(id|epik|tblci|dicbo|awc|cjevent|_hsenc|mkt_tok)=)'
                        )
                    )
                )
                then
                    concat(
                        case
                            when strpos(page_events.url, '?') = 0 then ''
                            else regexp_replace(
                                substr(page_events.url, strpos(page_events.url, '?') + 1),
                                '((?i)id|epik|tblci|dicbo|awc|cjevent|_hsenc|mkt_tok)=[^&#]*',
                                '\1=x',
                                'g'
                            )
                        end,
                        chr(31), coalesce(page_events.referrer, ''),
                        chr(31), coalesce(page_events.site, ''),
                        chr(31),
                        case
                            when
                                coalesce(
                                    page_events.channel,
                                    page_events.source,
                                    page_events.medium,
                                    page_events.campaign,
                                    page_events.content,
                                    page_events.keyword,
                                    page_events.click_id_kind
                                ) is null
                                then ''
                            else concat(
                                coalesce(page_events.channel, ''),
                                chr(31), coalesce(page_events.source, ''),
                                chr(31), coalesce(page_events.medium, ''),
                                chr(31), coalesce(page_events.campaign, ''),
                                chr(31), coalesce(page_events.content, ''),
                                chr(31), coalesce(page_events.keyword, ''),
                                chr(31), coalesce(page_events.click_id_kind, '')
                            )
                        end
                    )
        end as origin_key
    from page_events
    left join agents on agents.user_agent = page_events.user_agent
    left join local_time on local_time.utc_day = page_events.occurred_at // 86400000000
    where not coalesce(agents.is_bot, false)
)

select
    *,
    case when origin_key is not null then cast(hash(origin_key) >> 1 as bigint) end as key_number
from arrived
