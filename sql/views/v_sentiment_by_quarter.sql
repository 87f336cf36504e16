create or replace view v_sentiment_by_quarter as
select
    segments.call_id,
    coalesce(participants.role, 'unknown') as role,
    least(4, 1 + (segments.start_ms * 4) // greatest(calls.duration_ms, 1)) as quarter,
    sum(segments.sentiment * len(segments.words)) / sum(len(segments.words)) as sentiment,
    sum(len(segments.words))::bigint as words
from segments
join calls using (call_id)
left join participants
    on participants.call_id = segments.call_id
    and participants.participant = segments.speaker
where segments.sentiment is not null
group by all;

comment on view v_sentiment_by_quarter is 'How a call felt in each quarter of its length, by who spoke.';
comment on column v_sentiment_by_quarter.call_id is 'The call, as in calls.call_id.';
comment on column v_sentiment_by_quarter.role is 'customer, agent, ivr and so on.';
comment on column v_sentiment_by_quarter.quarter is '1 to 4, by the start of the segments.';
comment on column v_sentiment_by_quarter.sentiment is 'Mean feeling, -1 to 1, weighted by words.';
comment on column v_sentiment_by_quarter.words is 'Words spoken in that quarter.';
