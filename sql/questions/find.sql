-- Title: Find words
-- Answers: Where was this said, by whom, and in what context?
-- Parameter text (text, required): words or a part of them, in any case
-- Parameter match (phrase|all|any) = phrase: the words as they stand, or all or any of them within one segment
-- Parameter speaker (text): only this role: customer, agent, ivr; default: everybody but IVR, queue and hold
-- Parameter queue (text): only calls of this queue, by its name
-- Parameter agent (text): only calls of this agent, by name
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Parameter limit (integer) = 50: at most this many places
-- Read: One row per segment that has the words, the latest call first; "at_seconds" is where to listen.
--   "before" and "after" are the segments around it, of whichever speaker; »words« are what was found. Personal
--   data is not there to be found.
with wanted as (
    select
        if($match = 'phrase', [lower(trim($text))], string_split(lower(trim($text)), ' ')) as parts,
        array_to_string(list_transform(parts, lambda part: regexp_escape(part)), '|') as pattern
),
found as (
    select *
    from v_segments
    where call_number between $first_number and $last_number
        and case
            when $match = 'phrase' then contains(lower(text), lower(trim($text)))
            when $match = 'any'
                then list_bool_or([contains(lower(text), part) for part in string_split(lower(trim($text)), ' ')])
            else list_bool_and([contains(lower(text), part) for part in string_split(lower(trim($text)), ' ')])
        end
        and if($speaker is null, not automated, speaker_role = $speaker)
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
        and (
            $queue is null
            or call_number in (select call_number from participants where role = 'queue' and lower(name) = lower($queue))
        )
        and (
            $agent is null
            or call_number in (select call_number from participants where role = 'agent' and lower(name) = lower($agent))
        )
    order by started_at desc nulls last, call_id, segment
    limit $limit
),
around as (
    select call_number, segment, text
    from segments
    where call_number in (select call_number from found)
)
select
    found.call_id,
    found.started_at,
    round(found.start_seconds, 1) as at_seconds,
    found.speaker_name as speaker,
    previous.text as "before",
    regexp_replace(found.text, (select pattern from wanted), '»\0«', 'gi') as "text",
    following.text as "after"
from found
left join around as previous
    on previous.call_number = found.call_number
    and previous.segment = found.segment - 1
left join around as following
    on following.call_number = found.call_number
    and following.segment = found.segment + 1
order by found.started_at desc nulls last, found.call_id, found.segment
