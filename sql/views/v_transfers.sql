create or replace view v_transfers as
with takers as (
    select agent_legs.call_number, agent_legs.queue_participant, arg_min(agent_legs.agent, agent_legs.position) as agent
    from agent_legs
    semi join transfers
        on transfers.call_number = agent_legs.call_number
        and transfers.to_participant = agent_legs.queue_participant
    group by agent_legs.call_number, agent_legs.queue_participant
)
select
    transfers.call_id,
    coalesce(calls.conversation_id, calls.call_id) as conversation_id,
    calls.started_at,
    transfers.kind,
    transfers.went,
    transfers.at_ms / 1000 as at_seconds,
    transfers.from_participant,
    coalesce(givers.agent, transfers.from_participant) as from_agent,
    coalesce(givers.queue, '(no queue)') as from_queue,
    transfers.to_participant,
    receivers.role as to_role,
    coalesce(receivers.name, receivers.id, transfers.to_participant) as to_name,
    coalesce(legs.agent, takers.agent) as to_agent,
    if(receivers.role = 'queue', to_name, legs.queue) as to_queue,
    transfers.call_number
from transfers
join calls using (call_number)
left join agent_legs as givers
    on givers.call_number = transfers.call_number
    and givers.participant = transfers.from_participant
left join participants as receivers
    on receivers.call_number = transfers.call_number
    and receivers.participant = transfers.to_participant
left join agent_legs as legs
    on legs.call_number = transfers.call_number
    and legs.participant = transfers.to_participant
left join takers
    on takers.call_number = transfers.call_number
    and takers.queue_participant = transfers.to_participant
anti join v_later_recordings as later
    on later.call_number = transfers.call_number;

comment on view v_transfers is 'One row per transfer of a conversation: from whom, to whom, how, when.';
comment on column v_transfers.call_id is 'The first recording of the conversation, as in calls.call_id.';
comment on column v_transfers.conversation_id is 'The vendor''s id of the conversation; the call''s own id where no record told one.';
comment on column v_transfers.started_at is 'Start of that recording, UTC.';
comment on column v_transfers.kind is 'blind, consult or unknown.';
comment on column v_transfers.went is 'blind (to a colleague), consult, to_queue, external or no_answer; null in calls that were loaded before it was kept.';
comment on column v_transfers.at_seconds is 'Moment on that recording''s clock; may lie outside of it.';
comment on column v_transfers.from_participant is 'The agent who handed the call on, as in participants.participant.';
comment on column v_transfers.from_agent is 'Name of that agent, else the id, else the key.';
comment on column v_transfers.from_queue is 'Queue that the agent had the call from; (no queue) where there was none.';
comment on column v_transfers.to_participant is 'Who received it, as in participants.participant; null when nobody took it.';
comment on column v_transfers.to_role is 'agent, queue, ivr, voicemail, external or unknown.';
comment on column v_transfers.to_name is 'Name of who received it, else the id, else the key.';
comment on column v_transfers.to_agent is 'Agent who took it, also out of the queue that it went to; null where none spoke with the customer.';
comment on column v_transfers.to_queue is 'Queue that it went to or came through; null where it went to no queue and no agent.';
comment on column v_transfers.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
