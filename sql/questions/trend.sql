-- Title: Trend
-- Answers: How do volume, service level, handle time and sentiment develop by day, week or month?
-- Parameter by (day|week|month) = week: what a row is
-- Parameter target (number) = 20: seconds within which a call should be answered
-- Parameter zone (zone) = UTC: time zone of the answer and of its days, as in Europe/Berlin
-- Parameter since (date): only calls from this day on
-- Parameter before (date): only calls before this day
-- Chart: calls
-- Read: "period" is its first day; a week begins on Monday. "calls" are conversations, each counted once by its
--   first recording, without the centre's own outbound calls. "queue_visits" counts the queues that each
--   conversation came into, each queue once; how many of these were abandoned, and how many answered in time (the
--   service level), is counted as in queue-wait. Handle time is of answered conversations, sentiment that of
--   customers (-1 angry, 1 happy). Periods without calls are listed; the first and the last may not be whole.
with conversations as (
    select
        date_trunc($by, started_at at time zone 'UTC' at time zone $zone) as period,
        answered,
        handle_seconds,
        customer_sentiment
    from v_calls
    anti join v_later_recordings using (call_number)
    where started_at is not null
        and direction is distinct from 'outbound'
        and ($since is null or started_at >= $since::timestamp at time zone $zone at time zone 'UTC')
        and ($before is null or started_at < $before::timestamp at time zone $zone at time zone 'UTC')
),
by_period as (
    select
        period,
        count(*) as calls,
        count(*) filter (answered) as answered,
        avg(handle_seconds) filter (answered) as aht_seconds,
        avg(customer_sentiment) as customer_sentiment
    from conversations
    group by period
),
visits as (
    select
        date_trunc($by, started_at at time zone 'UTC' at time zone $zone) as period,
        count(*) as queue_visits,
        count(*) filter (outcome = 'abandoned') as abandoned,
        count(*) filter (outcome = 'answered' and wait_seconds <= $target) as in_time
    from v_queue_visits
    where started_at is not null
        and ($since is null or started_at >= $since::timestamp at time zone $zone at time zone 'UTC')
        and ($before is null or started_at < $before::timestamp at time zone $zone at time zone 'UTC')
    group by period
),
periods as (
    select unnest(generate_series(min(period), max(period), cast('1 ' || $by as interval))) as period
    from by_period
)
select
    period::date as period,
    coalesce(by_period.calls, 0) as calls,
    coalesce(by_period.answered, 0) as answered,
    coalesce(visits.queue_visits, 0) as queue_visits,
    round(100 * visits.abandoned / visits.queue_visits, 1) as abandoned_percent,
    round(100 * visits.in_time / visits.queue_visits, 1) as within_target_percent,
    round(by_period.aht_seconds, 1) as aht_seconds,
    round(by_period.customer_sentiment, 2) as customer_sentiment
from periods
left join by_period using (period)
left join visits using (period)
order by period
