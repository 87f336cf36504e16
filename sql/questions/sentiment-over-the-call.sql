-- Title: Sentiment over the call
-- Answers: Do calls end better than they begin, for customers and for agents?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: change
-- Read: Mean sentiment (-1 angry, 1 happy) in each quarter of the calls; every call weighs the same. The first quarter,
--   the last and their "change" are of the "calls_with_both", in which something was said in each of the two: between
--   different calls, a difference is no change.
with quarters as (
    select
        call_number,
        role,
        any_value(sentiment) filter (quarter = 1) as first_quarter,
        any_value(sentiment) filter (quarter = 2) as second_quarter,
        any_value(sentiment) filter (quarter = 3) as third_quarter,
        any_value(sentiment) filter (quarter = 4) as last_quarter
    from v_sentiment_by_quarter
    where role in ('customer', 'agent')
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
    group by call_number, role
),
compared as (
    select *, last_quarter - first_quarter as change
    from quarters
)
select
    role as speaker,
    count(*) as calls,
    round(avg(first_quarter) filter (compared.change is not null), 2) as first_quarter,
    round(avg(second_quarter), 2) as second_quarter,
    round(avg(third_quarter), 2) as third_quarter,
    round(avg(last_quarter) filter (compared.change is not null), 2) as last_quarter,
    round(avg(compared.change), 2) as change,
    count(compared.change) as calls_with_both
from compared
group by role
order by role desc
