-- Title: Find words
-- Answers: Where was this said, by whom, and in what context?
-- Parameter text (text, required): a word or a part of one, or a phrase from the beginning of a word on; upper or lower case
-- Parameter match (phrase|all|any) = phrase: the words one after the other, or all or any of them within one segment
-- Parameter speaker (customer|agent|external|ivr|queue|voicemail|unknown): only this role; default: everybody but IVR, queue and hold
-- Parameter queue (queue): only calls of this queue, by its name, or its id where it has none
-- Parameter agent (agent): only calls in which this agent spoke with the customer, by name, or the id where there is none
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Parameter limit (integer) = 50: at most this many places
-- Read: One row per segment that has the words, the latest call first; "at_seconds" is where to listen.
--   "before" and "after" are the segments around it, of whichever speaker; »words« are what was found, whatever
--   punctuation stands between them. Personal data is not there to be found; its labels are, with their bracket, as in
--   "<PERSON".
with
-- Calls that need not be looked through: nobody says one of the words in them, or in 1,023 others beside them.
silent as (
    select block
    from vocabularies
    where not if(
        $match = 'any',
        list_bool_or([contains(words, word) for word in $words]),
        list_bool_and([contains(words, word) for word in $words])
    )
),
chosen as (
    select call_number, call_id, started_at
    from calls
    where call_number between $first_number and $last_number
        and call_number // 1024 not in (from silent)
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
        and (
            $queue is null
            or call_number in (
                select call_number
                from participants
                where role = 'queue'
                    and lower(coalesce(name, id, participant)) = lower($queue)
            )
        )
        and (
            $agent is null
            or call_number in (
                select call_number
                from participants
                where role = 'agent'
                    and lower(coalesce(name, id, participant)) = lower($agent)
                    and connected is distinct from false
            )
        )
),
-- Nearly all of the time goes into texts: the newest calls' come first, the others' only where too few places were found.
-- No text is looked at whose pairs of words lack one of the phrase's. An expression takes several times as long as LIKE, so
-- it is for texts that have all words of a phrase in their order.
-- The search is written twice: DuckDB makes one scan of all texts of what the two have in common. It passes over texts by
-- the numbers of the calls that it joins, but not where there are none: hence -1, which is no call.
newest as (
    select *
    from chosen
    where started_at >= (select max(started_at) - (max(started_at) - min(started_at)) / 32 from chosen)
    union all
    select -1, null, null
    where (select max(started_at) from chosen) is null
),
said_newly as (
    select newest.*, segment, start_ms, speaker, text
    from segments
    join newest using (call_number)
    where case
        when (pairs & $pairs::uinteger) != $pairs::uinteger then false
        when not lower(text) like $rough then false
        when contains(text, '<') then regexp_matches(regexp_replace(lower(text), $label, '<>', 'g'), $pattern)
        when lower($text) = $word then true
        else regexp_matches(lower(text), $pattern)
    end
),
found_newly as (
    select said_newly.*, coalesce(name, id, speaker) as speaker_name
    from said_newly
    left join (from participants where call_number in (select call_number from said_newly)) as participants
        on participants.call_number = said_newly.call_number
        and participant = speaker
    where if(
            $speaker is null,
            speaker != 'hold' and coalesce(role not in ('ivr', 'queue', 'voicemail'), true),
            role = $speaker
        )
        and (
            $match != 'all'
            or list_bool_and([
                contains(replace(regexp_replace(lower(text), $label, '<>', 'g'), '’', ''''), part)
                for part in $parts
            ])
        )
    order by started_at desc nulls last, call_id, segment
    limit $limit
),
earlier as (
    select *
    from chosen
    where call_number not in (select call_number from newest)
        and (select count(*) from found_newly) < $limit
    union all
    select -1, null, null
    where (select count(*) from found_newly) >= $limit
        or (select count(*) from chosen) <= (select count(*) from newest)
),
said_earlier as (
    select earlier.*, segment, start_ms, speaker, text
    from segments
    join earlier using (call_number)
    where case
        when (pairs & $pairs::uinteger) != $pairs::uinteger then false
        when not lower(text) like $rough then false
        when contains(text, '<') then regexp_matches(regexp_replace(lower(text), $label, '<>', 'g'), $pattern)
        when lower($text) = $word then true
        else regexp_matches(lower(text), $pattern)
    end
),
found as (
    from found_newly
    union all
    (
        select said_earlier.*, coalesce(name, id, speaker) as speaker_name
        from said_earlier
        left join (from participants where call_number in (select call_number from said_earlier)) as participants
            on participants.call_number = said_earlier.call_number
            and participant = speaker
        where if(
                $speaker is null,
                speaker != 'hold' and coalesce(role not in ('ivr', 'queue', 'voicemail'), true),
                role = $speaker
            )
            and (
                $match != 'all'
                or list_bool_and([
                    contains(replace(regexp_replace(lower(text), $label, '<>', 'g'), '’', ''''), part)
                    for part in $parts
                ])
            )
        order by started_at desc nulls last, call_id, segment
        limit $limit
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
    round(found.start_ms / 1000, 1) as at_seconds,
    found.speaker_name as speaker,
    previous.text as "before",
    replace(
        regexp_replace(found.text, '(' || $label || ')|(' || $pattern || ')', '\1»\2«', 'gi'),
        '»«',
        ''
    ) as "text",
    following.text as "after"
from found
left join around as previous
    on previous.call_number = found.call_number
    and previous.segment = found.segment - 1
left join around as following
    on following.call_number = found.call_number
    and following.segment = found.segment + 1
order by found.started_at desc nulls last, found.call_id, found.segment
