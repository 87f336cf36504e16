-- Title: IVR containment
-- Answers: How many callers does the IVR serve by itself, and where do the others go?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: contained_percent
-- Read: A call is contained when it met the IVR, no queue and no agent. That can be a served caller or
--   one who hung up: listen to some. "waiting_only" reached a queue and no agent.
with visits as (
    select
        participants.call_number,
        coalesce(participants.name, participants.id, participants.participant) as ivr,
        sum(participant_metrics.ivr_ms) / 1000 as ivr_seconds
    from participants
    left join participant_metrics using (call_number, participant)
    where participants.role = 'ivr'
    group by all
)
select
    visits.ivr,
    count(*) as calls,
    count(*) filter (queues = [] and agents = []) as contained,
    round(100 * count(*) filter (queues = [] and agents = []) / count(*), 1) as contained_percent,
    count(*) filter (queues != [] and agents = []) as waiting_only,
    count(*) filter (agents != []) as reached_agent,
    round(avg(visits.ivr_seconds), 1) as mean_ivr_seconds
from visits
join v_calls using (call_number)
where ($since is null or started_at >= $since)
    and ($before is null or started_at < $before)
group by visits.ivr
order by calls desc, visits.ivr
