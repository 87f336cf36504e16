-- Title: What customers say in the IVR
-- Answers: Which sentences do callers say to the IVR, and how do those calls go on?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Parameter limit (integer) = 50: at most this many sentences
-- Chart: times
-- Read: Customers' segments that begin while an IVR flow is on the line, the same words in any case as one.
--   "contained_percent" of these calls met no queue, no agent, no voicemail and no number outside.
with elsewhere as (
    select distinct call_number
    from participants
    where role in ('voicemail', 'external')
),
flows as (
    select call_number, start_ms, end_ms
    from intervals
    where kind in ('ivr', 'bot')
),
said as (
    select distinct segments.call_number, segments.segment, rtrim(lower(segments.text), '.,!? ') as sentence
    from flows
    join segments
        on segments.call_number = flows.call_number
        and segments.start_ms >= flows.start_ms
        and segments.start_ms < flows.end_ms
    where segments.speaker = 'customer'
)
select
    sentence,
    count(*) as times,
    count(distinct call_number) as calls,
    round(
        100 * count(distinct call_number) filter (queues = [] and agents = [] and elsewhere.call_number is null)
        / count(distinct call_number),
        1
    ) as contained_percent
from said
join v_calls using (call_number)
left join elsewhere using (call_number)
where ($since is null or started_at >= $since)
    and ($before is null or started_at < $before)
group by sentence
order by times desc, sentence
limit $limit
