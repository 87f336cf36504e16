create or replace view v_attributes as
select
    call_attributes.call_id,
    coalesce(calls.conversation_id, calls.call_id) as conversation_id,
    calls.started_at,
    call_attributes.name,
    call_attributes.value,
    call_attributes.call_number
from call_attributes
join calls using (call_number);

comment on view v_attributes is 'One row per field of a call''s record that the setting ctr.attributes lets out.';
comment on column v_attributes.call_id is 'The call, as in calls.call_id.';
comment on column v_attributes.conversation_id is 'The vendor''s id of the conversation; the call''s own id where no record told one.';
comment on column v_attributes.started_at is 'Start of the recording, UTC.';
comment on column v_attributes.name is 'Name of the field, as the record or the setting has it.';
comment on column v_attributes.value is 'Its value; may be personal.';
comment on column v_attributes.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
