-- Title: Why customers call
-- Answers: What are calls about, and what does each reason cost?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Read: Each call counts once, under its most likely driver. "percent" is the share of all calls. Handle
--   time and transfers are means over the answered calls; sentiment is the customers', from -1 (angry) to
--   1 (happy).
select
    coalesce(driver, '(none found)') as driver,
    count(*) as calls,
    round(100 * count(*) / sum(count(*)) over (), 1) as percent,
    round(avg(handle_seconds) filter (answered), 1) as aht_seconds,
    round(avg(transfers) filter (answered), 2) as transfers_per_call,
    round(avg(customer_sentiment), 2) as customer_sentiment
from v_calls
where ($since is null or started_at >= $since)
    and ($before is null or started_at < $before)
group by all
order by calls desc, driver
