-- Title: Calls to review
-- Answers: Which calls should a person hear, and why?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Parameter limit (integer) = 20: at most this many calls
-- Chart: customer_sentiment
-- Read: The calls with the most reasons first. "weak transcript": mean word probability below 0.6.
--   "unsure redaction": a finding scored below 0.5. "unhappy customer": sentiment below -0.4; "became
--   unhappier": fell by 0.4 or more from the first to the last quarter. "long silence": 30 s.
--   "talk-over": a tenth of the call or more. "handed around": transferred twice or more.
with unsure as (
    select distinct call_number
    from findings
    where score < 0.5
),
judged as (
    select
        v_calls.*,
        list_filter(
            [
                if(customer_sentiment < -0.4, 'unhappy customer', null),
                if(customer_sentiment_change <= -0.4, 'became unhappier', null),
                if(transfers >= 2, 'handed around', null),
                if(longest_silence_seconds >= 30, 'long silence', null),
                if(talk_over_seconds >= 0.1 * duration_seconds, 'talk-over', null),
                if(mean_probability < 0.6, 'weak transcript', null),
                if(unsure.call_number is not null, 'unsure redaction', null),
                if(ctr_quality = 'none', 'no record', null)
            ],
            lambda reason: reason is not null
        ) as reasons
    from v_calls
    left join unsure using (call_number)
    where ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
)
select
    call_id,
    started_at,
    array_to_string(agents, ' → ') as agents,
    driver,
    array_to_string(reasons, ', ') as reasons,
    round(customer_sentiment, 2) as customer_sentiment,
    audio
from judged
where len(reasons) > 0
order by len(reasons) desc, customer_sentiment nulls last, call_id
limit $limit
