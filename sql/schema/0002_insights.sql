-- What the enrichers say about a call.

create table call_metrics (
    call_id varchar not null,
    handle_ms integer not null,
    talk_ms integer not null,
    hold_ms integer not null,
    after_call_work_ms integer not null,
    queue_wait_ms integer not null,
    ivr_ms integer not null,
    non_talk_ms integer not null,
    talk_over_ms integer not null,
    longest_silence_ms integer not null,
    agents integer not null,
    queues integer not null,
    holds integer not null,
    blind_transfers integer not null,
    consult_transfers integer not null,
    transfers integer not null,
    answered boolean not null,
    customer_sentiment double,
    agent_sentiment double,
    customer_sentiment_change double
);
comment on table call_metrics is 'The metrics of a call, one row per call.';
comment on column call_metrics.call_id is 'The call, as in calls.call_id.';
comment on column call_metrics.handle_ms is 'Handle time: talk, hold and after-call work of all agents.';
comment on column call_metrics.talk_ms is 'Agents connected with the customer.';
comment on column call_metrics.hold_ms is 'Customer on hold.';
comment on column call_metrics.after_call_work_ms is 'Wrap-up after the call.';
comment on column call_metrics.queue_wait_ms is 'Wait in all queues.';
comment on column call_metrics.ivr_ms is 'Time with the IVR.';
comment on column call_metrics.non_talk_ms is 'Nobody speaks for three seconds or longer while an agent is connected.';
comment on column call_metrics.talk_over_ms is 'Both sides speak at once.';
comment on column call_metrics.longest_silence_ms is 'Longest stretch in which nobody speaks.';
comment on column call_metrics.agents is 'Number of agents.';
comment on column call_metrics.queues is 'Number of queues.';
comment on column call_metrics.holds is 'Number of holds.';
comment on column call_metrics.blind_transfers is 'Transfers without a word to the next agent.';
comment on column call_metrics.consult_transfers is 'Transfers after a consult with the next agent.';
comment on column call_metrics.transfers is 'All transfers.';
comment on column call_metrics.answered is 'Whether an agent spoke with the customer.';
comment on column call_metrics.customer_sentiment is 'Feeling of the customer, -1 to 1; null when the customer said nothing.';
comment on column call_metrics.agent_sentiment is 'Feeling of the agents, -1 to 1.';
comment on column call_metrics.customer_sentiment_change is 'Customer''s feeling in the last quarter of the call minus the first.';

create table participant_metrics (
    call_id varchar not null,
    participant varchar not null,
    talk_ms integer,
    hold_ms integer,
    after_call_work_ms integer,
    queue_wait_ms integer,
    ivr_ms integer,
    alert_ms integer,
    speech_ms integer,
    words integer,
    words_per_minute double,
    interruptions integer,
    loudness_dbfs double,
    sentiment double
);
comment on table participant_metrics is 'One participant''s part in a call: times by the record, speech as heard.';
comment on column participant_metrics.call_id is 'The call, as in calls.call_id.';
comment on column participant_metrics.participant is 'The participant, as in participants.participant.';
comment on column participant_metrics.talk_ms is 'By the record: connected with the customer; null when no record speaks of it.';
comment on column participant_metrics.hold_ms is 'By the record: customer held by this agent.';
comment on column participant_metrics.after_call_work_ms is 'By the record: wrap-up after the call.';
comment on column participant_metrics.queue_wait_ms is 'By the record: wait in this queue.';
comment on column participant_metrics.ivr_ms is 'By the record: time in this IVR flow.';
comment on column participant_metrics.alert_ms is 'By the record: ringing at this agent.';
comment on column participant_metrics.speech_ms is 'As heard: speech of this participant; null when it was not measured.';
comment on column participant_metrics.words is 'As heard: number of words.';
comment on column participant_metrics.words_per_minute is 'As heard: words per minute of speech.';
comment on column participant_metrics.interruptions is 'As heard: times it began to speak over somebody else and went on.';
comment on column participant_metrics.loudness_dbfs is 'As heard: RMS loudness in decibels below full scale.';
comment on column participant_metrics.sentiment is 'As heard: mean feeling, -1 to 1, weighted by words.';

create table drivers (
    call_id varchar not null,
    rank integer not null,
    driver varchar not null
);
comment on table drivers is 'Why the customer called.';
comment on column drivers.call_id is 'The call, as in calls.call_id.';
comment on column drivers.rank is '1 is the most likely driver.';
comment on column drivers.driver is 'Name of the topic.';

create table enrichments (
    call_id varchar not null,
    name varchar not null,
    value json not null
);
comment on table enrichments is 'What any other enricher says about a call.';
comment on column enrichments.call_id is 'The call, as in calls.call_id.';
comment on column enrichments.name is 'Name of the enricher.';
comment on column enrichments.value is 'Its answer as JSON.';
