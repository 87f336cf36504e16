-- Title: Volume forecast
-- Answers: How many calls will come in, hour by hour?
-- Parameter days (integer, at most 366) = 7: days to forecast
-- Parameter zone (zone) = UTC: time zone of the answer and of its days, as in Europe/Berlin
-- Parameter since (date): only calls from this day on
-- Parameter before (date): only calls before this day
-- Chart: expected
-- Read: Conversations, each counted once by its first recording, without the centre's own outbound calls. "expected"
--   is the mean of the same weekday and hour over the whole days of the data. The first day counts if "since" names
--   it or a call came in its first hour; the last day may be unfinished, so the forecast begins with it. Hours of
--   the week that the data do not have yet have no "expected", "low" or "high", and 0 "weeks". 95 of 100 hours
--   should lie between "low" and "high", in whole calls (94 to 99 in trials with 2 to 26 weeks of 0.3 to 50 calls an
--   hour, steady or uneven from week to week; with one week only chance is known, not how uneven they are). It knows
--   no holiday, campaign, outage or trend.
with starts as (
    select started_at
    from calls
    anti join v_later_recordings using (call_number)
    where started_at is not null
        and direction is distinct from 'outbound'
        and ($since is null or started_at >= $since::timestamp at time zone $zone at time zone 'UTC')
        and ($before is null or started_at < $before::timestamp at time zone $zone at time zone 'UTC')
),
days as (
    select
        min(started_at) at time zone 'UTC' at time zone $zone as first_at,
        if(first_at::date = $since or hour(first_at) = 0, first_at::date, first_at::date + 1)::timestamp as first_day,
        (max(started_at) at time zone 'UTC' at time zone $zone)::date::timestamp as last_day,
        first_day at time zone $zone at time zone 'UTC' as history_from,
        last_day at time zone $zone at time zone 'UTC' as history_to,
        (last_day + to_days(cast($days as integer))) at time zone $zone at time zone 'UTC' as coming_to
    from starts
),
-- Hours without a call count as 0: they are in the series of hours, but not in the calls.
moments as (
    select started_at as moment, 1 as calls
    from starts, days
    where started_at >= history_from
        and started_at < history_to
    union all
    select unnest(generate_series(history_from, history_to - interval 1 hour, interval 1 hour)), 0
    from days
),
-- When clocks change, an hour is missing or occurs twice: hours are distinguished in UTC and named in the zone.
local_moments as (
    select
        moment at time zone 'UTC' at time zone $zone as local,
        moment - (local - date_trunc('hour', local)) as began,
        calls
    from moments
),
history as (
    select date_trunc('hour', local) as hour_at, sum(calls) as calls
    from local_moments
    group by began, hour_at
),
seasons as (
    select
        isodow(hour_at) as weekday,
        hour(hour_at) as hour_of_day,
        count(*) as weeks,
        avg(calls) as mean,
        var_samp(calls) as variance
    from history
    group by weekday, hour_of_day
),
-- How much more weeks differ than by chance, over all hours together: a few weeks of one hour are not enough to tell.
unevenness as (
    select greatest(0, sum(variance - mean) / nullif(sum(mean ** 2), 0)) as excess
    from seasons
    where weeks > 1
),
-- Negative binomial, with a mean that is itself known only from so many weeks; with the 0.5 of Jeffreys' prior, since an
-- hour that had no call yet can have one.
spread as (
    select
        weekday,
        hour_of_day,
        mean + 0.5 / weeks as rate,
        (rate + excess * rate ** 2) * (1 + 1 / weeks) as rate_variance,
        rate ** 2 / (rate_variance - rate) as size,
        7 * sqrt(rate_variance) as reach,
        unnest(
            range(greatest(0, floor(rate - reach))::bigint, ceil(rate + reach)::bigint + 1)
        ) as calls
    from seasons, unevenness
),
chances as (
    select
        weekday,
        hour_of_day,
        calls,
        sum(
            exp(
                lgamma(calls + size) - lgamma(size) - lgamma(calls + 1)
                + size * ln(size / (size + rate)) + calls * ln(rate / (size + rate))
            )
        ) over (partition by weekday, hour_of_day order by calls) as at_most
    from spread
),
limits as (
    select
        weekday,
        hour_of_day,
        min(calls) filter (at_most >= 0.025) as low,
        min(calls) filter (at_most >= 0.975) as high
    from chances
    group by weekday, hour_of_day
),
coming as (
    select unnest(generate_series(history_to, coming_to - interval 1 hour, interval 1 hour))
        at time zone 'UTC' at time zone $zone as hour_at
    from days
)
select
    coming.hour_at as "hour",
    round(seasons.mean, 1) as expected,
    limits.low,
    limits.high,
    coalesce(seasons.weeks, 0) as weeks
from coming
left join seasons
    on seasons.weekday = isodow(coming.hour_at)
    and seasons.hour_of_day = hour(coming.hour_at)
left join limits using (weekday, hour_of_day)
order by coming.hour_at
