create or replace view v_conversations as
select
    coalesce(calls.conversation_id, calls.call_id) as conversation_id,
    min(calls.started_at) as started_at,
    count(*) as calls,
    sum(calls.duration_ms) / 1000 as duration_seconds,
    max(call_metrics.handle_ms) filter (calls.ctr_quality != 'none') / 1000 as handle_seconds,
    max(call_metrics.transfers) filter (calls.ctr_quality != 'none')::bigint as transfers,
    bool_or(call_metrics.answered) filter (calls.ctr_quality != 'none') as answered,
    avg(call_metrics.customer_sentiment) as customer_sentiment
from calls
join call_metrics using (call_number)
group by coalesce(calls.conversation_id, calls.call_id);

comment on view v_conversations is 'One row per conversation; a conversation can have several recordings.';
comment on column v_conversations.conversation_id is 'The vendor''s id; the call''s own id where no record told one.';
comment on column v_conversations.started_at is 'Start of its first recording, UTC.';
comment on column v_conversations.calls is 'Number of recordings.';
comment on column v_conversations.duration_seconds is 'Length of all its recordings.';
comment on column v_conversations.handle_seconds is 'Handle time: every recording''s record tells that of the whole conversation; null without a record.';
comment on column v_conversations.transfers is 'Number of transfers; null without a record.';
comment on column v_conversations.answered is 'Whether an agent spoke with the customer; null without a record.';
comment on column v_conversations.customer_sentiment is 'Sentiment of the customer, -1 to 1, mean over its recordings.';
