-- The campaigns that are met often enough to have an effect of their own, with their channels.
-- grain:  channel, campaign
-- reads:  touchpoints
-- writes: path_labels
-- params: fewest, most
with met as (
    select channel, campaign, count(*) as touches
    from touchpoints
    where campaign is not null
    group by channel, campaign
)

select channel, campaign
from met
where touches >= $fewest
order by touches desc, channel, campaign
limit $most
