-- Title: Sentiment over the call
-- Answers: Do calls end better than they begin, for customers and for agents?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: change
-- Read: Mean sentiment (-1 angry, 1 happy) in each quarter of the calls; every call weighs the same.
--   "change" is the last quarter minus the first.
select
    role as speaker,
    count(distinct call_number) as calls,
    round(avg(sentiment) filter (quarter = 1), 2) as first_quarter,
    round(avg(sentiment) filter (quarter = 2), 2) as second_quarter,
    round(avg(sentiment) filter (quarter = 3), 2) as third_quarter,
    round(avg(sentiment) filter (quarter = 4), 2) as last_quarter,
    round(avg(sentiment) filter (quarter = 4) - avg(sentiment) filter (quarter = 1), 2) as change
from v_sentiment_by_quarter
where role in ('customer', 'agent')
    and ($since is null or started_at >= $since)
    and ($before is null or started_at < $before)
group by role
order by role desc
