-- Title: Sentiment by speaker, segment, call or conversation
-- Answers: Who uses the unhappiest words, and where?
-- Parameter by (speaker|segment|call|conversation) = speaker: what a row is
-- Parameter limit (integer) = 20: at most this many rows
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: sentiment
-- Read: From -1 (angry) to 1 (happy), the lowest first, by a list of words; the voice does not count. Speakers and
--   conversations weigh each call by its words; segments and calls show the customer's sentiment only. "what" is
--   a role, a segment's words, or the id.
with chosen as (
    select call_number, coalesce(conversation_id, call_id) as conversation_id
    from calls
    where ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
),
people as (
    select
        participants.call_id,
        chosen.conversation_id,
        participants.role,
        measured.words,
        measured.sentiment
    from chosen
    join participants using (call_number)
    join participant_metrics as measured using (call_number, participant)
    where measured.sentiment is not null
        and measured.words > 0
),
ranked as (
    select role as what, null as call_id, sum(words) as words, sum(words * sentiment) / sum(words) as feeling
    from people
    where $by = 'speaker'
    group by role
    union all
    select call_id, call_id, words, sentiment
    from people
    where $by = 'call'
        and role = 'customer'
    union all
    select conversation_id, null, sum(words), sum(words * sentiment) / sum(words)
    from people
    where $by = 'conversation'
        and role = 'customer'
    group by conversation_id
    union all
    select segments.text, segments.call_id, len(segments.words), segments.sentiment
    from segments
    semi join chosen using (call_number)
    where $by = 'segment'
        and segments.speaker = 'customer'
        and segments.sentiment is not null
)
select what, call_id, words::bigint as words, round(feeling, 2) as sentiment
from ranked
order by feeling, what, call_id
limit $limit
