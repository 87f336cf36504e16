-- Title: Silence and talk-over
-- Answers: In which calls is nobody speaking for long, and in which do both speak at once?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Parameter limit (integer) = 20: at most this many calls
-- Chart: non_talk_percent
-- Read: Non-talk time is silence of three seconds or longer while an agent is connected; without a record it is not known
--   when one was. Percentages are of the recording's length; the calls with the largest share of both come first.
select
    call_id,
    started_at,
    array_to_string(agents, ' → ') as agents,
    driver,
    round(duration_seconds, 1) as duration_seconds,
    round(longest_silence_seconds, 1) as longest_silence_seconds,
    round(non_talk_seconds, 1) as non_talk_seconds,
    round(100 * non_talk_seconds / duration_seconds, 1) as non_talk_percent,
    round(talk_over_seconds, 1) as talk_over_seconds,
    round(100 * talk_over_seconds / duration_seconds, 1) as talk_over_percent
from v_calls
where duration_seconds > 0
    and ($since is null or started_at >= $since)
    and ($before is null or started_at < $before)
order by (coalesce(non_talk_seconds, 0) + talk_over_seconds) / duration_seconds desc, call_id
limit $limit
