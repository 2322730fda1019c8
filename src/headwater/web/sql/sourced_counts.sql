-- How many sessions and leads came by some sources: each a source, medium and campaign joined
-- by the unit separator.
-- grain: origin
-- reads: sessions, leads
-- writes: none
-- params: origins
with came as (
    select
        concat(source, chr(31), medium, chr(31), coalesce(campaign, '')) as origin,
        1 as sessions,
        0 as leads
    from sessions
    union all
    select
        concat(source, chr(31), medium, chr(31), coalesce(campaign, '')) as origin,
        0 as sessions,
        1 as leads
    from leads
)

select
    origin,
    cast(sum(sessions) as bigint) as sessions,
    cast(sum(leads) as bigint) as leads
from came
where list_contains($origins, origin)
group by origin
