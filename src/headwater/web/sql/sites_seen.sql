-- When each site last had a session.
-- grain: site
-- reads: sessions
-- writes: none
-- params: none
select
    site,
    max(ended_at) as last_at
from sessions
group by site
