-- Title: Waiting in queues
-- Answers: How long do customers wait in each queue, and how many give up?
-- Parameter target (number) = 20: seconds within which a call should be answered
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: mean_wait_seconds
-- Read: "offered" are conversations that came into the queue, each once, with all its waits there together. They end
--   answered (an agent out of the queue spoke with the customer), abandoned, with a voicemail, or in another queue.
--   "within_target_percent" is the service level: how many of the offered conversations were answered in time. The mean
--   speed of answer is the wait of those that were answered.
select
    queue,
    count(*) as offered,
    count(*) filter (outcome = 'answered') as answered,
    count(*) filter (outcome = 'abandoned') as abandoned,
    count(*) filter (outcome = 'voicemail') as voicemail,
    count(*) filter (outcome = 'moved on') as moved_on,
    round(avg(wait_seconds), 1) as mean_wait_seconds,
    round(median(wait_seconds), 1) as median_wait_seconds,
    round(max(wait_seconds), 1) as longest_wait_seconds,
    round(100 * count(*) filter (outcome = 'answered' and wait_seconds <= $target) / count(*), 1)
        as within_target_percent,
    round(100 * count(*) filter (outcome = 'abandoned') / count(*), 1) as abandoned_percent,
    round(avg(wait_seconds) filter (outcome = 'answered'), 1) as mean_speed_of_answer_seconds
from v_queue_visits
where call_number between $first_number and $last_number
    and ($since is null or started_at >= $since)
    and ($before is null or started_at < $before)
group by queue
order by mean_wait_seconds desc nulls last, queue
