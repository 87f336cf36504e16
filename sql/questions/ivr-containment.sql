-- Title: IVR containment
-- Answers: How many callers does the IVR serve by itself, and where do the others go?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: contained_percent
-- Read: Conversations that met this IVR flow, each counted once by its first recording, and what became of them: one of
--   five. "contained" ones met no queue, no agent, no voicemail and no number outside. That can be a served caller or one
--   who hung up: listen to some. "waiting_only" reached a queue and nobody; "voicemail" left a message; "forwarded" went
--   to a number outside.
with visits as (
    select
        participants.call_number,
        coalesce(participants.name, participants.id, participants.participant) as ivr,
        sum(participant_metrics.ivr_ms) / 1000 as ivr_seconds
    from participants
    left join participant_metrics
        on participant_metrics.call_number = participants.call_number
        and participant_metrics.participant = participants.participant
        and participant_metrics.call_number between $first_number and $last_number
    where participants.role = 'ivr'
        and participants.call_number between $first_number and $last_number
    group by all
),
elsewhere as (
    select call_number, bool_or(role = 'voicemail') as voicemail
    from participants
    where role in ('voicemail', 'external')
        and call_number between $first_number and $last_number
    group by call_number
),
ended as (
    select
        visits.ivr,
        visits.ivr_seconds,
        case
            when agents != [] then 'agent'
            when elsewhere.voicemail then 'voicemail'
            when elsewhere.call_number is not null then 'forwarded'
            when queues != [] then 'waiting'
            else 'contained'
        end as outcome
    from visits
    join v_calls using (call_number)
    left join elsewhere using (call_number)
    anti join v_later_recordings using (call_number)
    where ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
)
select
    ivr,
    count(*) as calls,
    count(*) filter (outcome = 'contained') as contained,
    round(100 * count(*) filter (outcome = 'contained') / count(*), 1) as contained_percent,
    count(*) filter (outcome = 'waiting') as waiting_only,
    count(*) filter (outcome = 'agent') as reached_agent,
    round(avg(ivr_seconds), 1) as mean_ivr_seconds,
    count(*) filter (outcome = 'voicemail') as voicemail,
    count(*) filter (outcome = 'forwarded') as forwarded
from ended
group by ivr
order by calls desc, ivr
