create or replace view v_later_recordings as
with shared as (
    select conversation_id
    from calls
    where conversation_id is not null
    group by conversation_id
    having count(*) > 1
),
ranked as (
    select
        *,
        row_number() over (
            partition by conversation_id
            order by ctr_quality = 'none', started_at nulls last, call_id
        ) as place
    from calls
    semi join shared using (conversation_id)
)
select call_id, conversation_id, started_at, call_number
from ranked
where place > 1;

comment on view v_later_recordings is 'Recordings beside the first one of their conversation. Every recording''s record tells of the whole conversation: leave these out (anti join) to count conversations, waits or transfers once.';
comment on column v_later_recordings.call_id is 'The call, as in calls.call_id.';
comment on column v_later_recordings.conversation_id is 'The vendor''s id of the conversation.';
comment on column v_later_recordings.started_at is 'Start of the recording, UTC.';
comment on column v_later_recordings.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
