create or replace view v_queue_visits as
select
    visits.call_id,
    calls.started_at,
    visits.participant,
    visits.queue_id,
    visits.queue,
    visits.wait_ms / 1000 as wait_seconds,
    visits.outcome,
    visits.call_number
from queue_visits as visits
join calls using (call_number)
anti join v_later_recordings as later
    on later.call_number = visits.call_number;

comment on view v_queue_visits is 'One row per queue that a conversation waited in, and how the wait ended.';
comment on column v_queue_visits.call_id is 'The first recording of the conversation, as in calls.call_id.';
comment on column v_queue_visits.started_at is 'Start of the recording, UTC.';
comment on column v_queue_visits.participant is 'Key of the queue within the call.';
comment on column v_queue_visits.queue_id is 'The vendor''s id of the queue.';
comment on column v_queue_visits.queue is 'Name of the queue, else the id.';
comment on column v_queue_visits.wait_seconds is 'Wait, all visits of the call to this queue together, by the record; null when no record speaks of it.';
comment on column v_queue_visits.outcome is 'answered (an agent out of it spoke with the customer), moved on (to another queue), voicemail or abandoned.';
comment on column v_queue_visits.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
