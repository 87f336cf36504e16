-- Title: Volume by hour
-- Answers: At which hours of the day do calls come in?
-- Parameter zone (zone) = UTC: time zone of the answer and of its days, as in Europe/Berlin
-- Parameter since (date): only calls from this day on
-- Parameter before (date): only calls before this day
-- Chart: calls
-- Read: Hours in which conversations began, each counted once by its first recording; the centre's own outbound calls
--   are left out. "calls_per_day" is over the days that had calls at all. Calls without a record have no time and are
--   left out. Hours without calls in between are listed too.
with moments as (
    select started_at at time zone 'UTC' at time zone $zone as local_start, answered, handle_seconds
    from v_calls
    anti join v_later_recordings using (call_number)
    where started_at is not null
        and direction is distinct from 'outbound'
        and ($since is null or started_at >= $since::timestamp at time zone $zone at time zone 'UTC')
        and ($before is null or started_at < $before::timestamp at time zone $zone at time zone 'UTC')
),
local as (
    select *, extract(hour from local_start) as hour
    from moments
),
hours as (
    select unnest(range(min(hour), max(hour) + 1)) as hour
    from local
)
select
    hour,
    count(local_start) as calls,
    round(count(local_start) / (select count(distinct local_start::date) from local), 1) as calls_per_day,
    count(*) filter (not answered) as unanswered,
    round(avg(handle_seconds) filter (answered), 1) as aht_seconds
from hours
left join local using (hour)
group by hour
order by hour
