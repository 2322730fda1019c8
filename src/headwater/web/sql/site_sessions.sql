-- The last sessions of one site.
-- grain: session_id
-- reads: sessions
-- writes: none
-- params: site, most
select
    session_id,
    ended_at,
    landing_page,
    channel,
    source
from sessions
where site = $site
order by ended_at desc, session_id
limit $most
