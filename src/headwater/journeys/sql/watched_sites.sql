-- How many sessions of three pages or more reported something besides pages, by site and spell of
-- thirty days: where most do, a script watches, and those who never do are silent.
-- grain:  site, spell
-- reads:  session_rows
-- writes: watched_sites
-- params: none
select
    site,
    started_at // 2592000000000 as spell,
    count(*) as sessions,
    cast(sum(case when events > page_views then 1 else 0 end) as bigint) as watched
from session_rows
where page_views >= 3 and site is not null
group by site, started_at // 2592000000000
