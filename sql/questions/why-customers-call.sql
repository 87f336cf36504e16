-- Title: Why customers call
-- Answers: What are calls about, and which topics go with long handling, transfers and holds?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: calls
-- Read: Each conversation counts once, by its first recording, under its most likely driver; the centre's own outbound
--   calls are left out. "percent" is the share of all that are counted. Handle time, transfers and hold are means over
--   the answered ones; sentiment is the customers', from -1 (angry) to 1 (happy). What is not known of a call without a
--   record is left out of its mean.
select
    coalesce(driver, '(none found)') as driver,
    count(*) as calls,
    round(100 * count(*) / sum(count(*)) over (), 1) as percent,
    round(avg(handle_seconds) filter (answered), 1) as aht_seconds,
    round(avg(transfers) filter (answered), 2) as transfers_per_call,
    round(avg(customer_sentiment), 2) as customer_sentiment,
    round(avg(hold_seconds) filter (answered), 1) as hold_seconds,
    round(100 * count(*) filter (answered and holds > 0) / nullif(count(*) filter (answered and holds is not null), 0), 1)
        as percent_held
from v_calls
anti join v_later_recordings using (call_number)
where direction is distinct from 'outbound'
    and ($since is null or started_at >= $since)
    and ($before is null or started_at < $before)
group by all
order by calls desc, driver
