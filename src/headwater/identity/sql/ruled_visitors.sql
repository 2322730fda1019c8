-- Browsers that a user gave to a person, by each of that person's keys in the ruling.
-- grain:  ruling_id, visitor_id, person_key
-- reads:  rulings
-- writes: ruled_visitors
-- params: none
select
    browsers.ruling_id,
    substr(browsers.person_key, 9) as visitor_id,
    keys.person_key,
    browsers.ruled_at
from rulings as browsers
inner join rulings as keys on keys.ruling_id = browsers.ruling_id
where
    browsers.verdict = 'same'
    and browsers.person_key like 'visitor:%'
    and keys.person_key not like 'visitor:%'
