-- Visitors who are robots by how they browse. Whoever made themselves known, by a form, a call, an
-- order or a sign-in, is nobody's robot: their sessions stay.
-- grain:  visitor_id
-- reads:  busy_visitors, watched_sites, bot_limits, visitors, persons
-- writes: bot_visitors
-- params: none
select
    busy_visitors.visitor_id,
    coalesce(busy_visitors.reason, bot_limits.reason) as reason,
    busy_visitors.session_pages,
    busy_visitors.page_micros,
    busy_visitors.site,
    busy_visitors.sessions,
    busy_visitors.page_views,
    busy_visitors.events,
    busy_visitors.first_seen_at,
    busy_visitors.last_seen_at
from busy_visitors
left join watched_sites
    on watched_sites.site = busy_visitors.site
    and watched_sites.spell = busy_visitors.silent_at // 2592000000000
left join bot_limits
    on bot_limits.page_micros is null
    and watched_sites.sessions >= bot_limits.site_sessions
    and watched_sites.watched * 100 >= watched_sites.sessions * bot_limits.site_percent
where
    (busy_visitors.reason is not null or bot_limits.reason is not null)
    and busy_visitors.visitor_id not in (select visitors.visitor_id from visitors)
    and busy_visitors.visitor_id not in (select persons.person_id from persons)
