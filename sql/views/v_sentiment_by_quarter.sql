create or replace view v_sentiment_by_quarter as
select
    sentiment_quarters.call_id,
    calls.started_at,
    sentiment_quarters.role,
    sentiment_quarters.quarter,
    sentiment_quarters.sentiment,
    sentiment_quarters.words::bigint as words,
    sentiment_quarters.call_number
from sentiment_quarters
join calls using (call_number);

comment on view v_sentiment_by_quarter is 'Sentiment of a call in each quarter of its length, by who spoke.';
comment on column v_sentiment_by_quarter.call_id is 'The call, as in calls.call_id.';
comment on column v_sentiment_by_quarter.started_at is 'Start of the recording, UTC.';
comment on column v_sentiment_by_quarter.role is 'customer, agent, ivr and so on.';
comment on column v_sentiment_by_quarter.quarter is '1 to 4, by the start of the segments.';
comment on column v_sentiment_by_quarter.sentiment is 'Mean sentiment, -1 to 1, weighted by words.';
comment on column v_sentiment_by_quarter.words is 'Words spoken in that quarter.';
comment on column v_sentiment_by_quarter.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
