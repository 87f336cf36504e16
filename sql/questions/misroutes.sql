-- Title: Misroutes
-- Answers: Which calls reach a first queue that hands them to another?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: percent
-- Read: Conversations, each counted once by its first recording. One is misrouted if it came to another queue
--   after its first. "mostly_to" is the queue to which most of them came second. "extra_wait_seconds" is how
--   much longer misrouted calls waited, all queues together, than those that stayed. A queue that overflows
--   into another by plan shows up here as well.
with routed as (
    select first_queue, queues[2] as second_queue, queue_wait_seconds
    from v_calls
    anti join v_later_recordings using (call_number)
    where first_queue is not null
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
)
select
    first_queue as queue,
    count(*) as calls,
    count(second_queue) as misrouted,
    round(100 * count(second_queue) / count(*), 1) as percent,
    mode(second_queue order by second_queue) as mostly_to,
    round(
        avg(queue_wait_seconds) filter (second_queue is not null)
        - avg(queue_wait_seconds) filter (second_queue is null),
        1
    ) as extra_wait_seconds
from routed
group by first_queue
order by misrouted desc, queue
