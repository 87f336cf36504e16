-- A call's way step by step, who ended it, consults and the speed of answer, and what a record may tell by setting.

alter table calls add column ended_by varchar;
alter table calls add column ended_how varchar;
comment on column calls.ended_by is 'Who ended the call, as in participants.participant; system for the platform or the network; null when no record tells.';
comment on column calls.ended_how is 'How it was ended, in the vendor''s own word.';

alter table call_metrics add column consult_ms integer;
alter table call_metrics add column speed_of_answer_ms integer;
alter table call_metrics add column ivrs integer;
comment on column call_metrics.consult_ms is 'Agents with colleagues while the customer waited, within talk; null in calls that were loaded before it was measured.';
comment on column call_metrics.speed_of_answer_ms is 'Wait in the queue that the first agent answered for; null where none did.';
comment on column call_metrics.ivrs is 'Number of automated flows: IVR, bots, surveys, payment.';

alter table participant_metrics add column consult_ms integer;
alter table participant_metrics add column speed_of_answer_ms integer;
comment on column participant_metrics.consult_ms is 'By the record: with a colleague while the customer waited, within talk.';
comment on column participant_metrics.speed_of_answer_ms is 'By the record: wait of the customer in the queue that this agent answered for; null where none led here.';

comment on column intervals.kind is 'ivr, bot, queue, alert, talk, hold, consult, conference, secure_pause, voicemail, survey or wrap_up.';

create table journey_steps (
    call_id varchar not null,
    step integer not null,
    kind varchar not null,
    participant varchar not null,
    queue_id varchar,
    queue varchar,
    start_ms integer not null,
    end_ms integer not null,
    outcome varchar not null
);
comment on table journey_steps is 'The way of a call step by step: what went on in each moment of the recording, without overlap.';
comment on column journey_steps.call_id is 'The call, as in calls.call_id.';
comment on column journey_steps.step is 'Number of the step within the call, from 0.';
comment on column journey_steps.kind is 'agent or external (who talks), ivr, bot, queue, alert, hold, consult, conference, secure_pause, voicemail, survey or wrap_up.';
comment on column journey_steps.participant is 'Who or what it is with, as in participants.participant; of a conference the first.';
comment on column journey_steps.queue_id is 'The vendor''s id of the queue, or of the one that the agent answered for.';
comment on column journey_steps.queue is 'Name of that queue.';
comment on column journey_steps.start_ms is 'Start in the recording.';
comment on column journey_steps.end_ms is 'End in the recording.';
comment on column journey_steps.outcome is 'routed, answered, abandoned, voicemail, transferred, continued (the same party goes on), left (others go on), ended (with the call or its recording) or done (wrap-up).';

create table call_attributes (
    call_id varchar not null,
    name varchar not null,
    value varchar not null
);
comment on table call_attributes is 'Fields of the record that the setting ctr.attributes lets out.';
comment on column call_attributes.call_id is 'The call, as in calls.call_id.';
comment on column call_attributes.name is 'Name of the field, as the record or the setting has it.';
comment on column call_attributes.value is 'Its value; may be personal.';
