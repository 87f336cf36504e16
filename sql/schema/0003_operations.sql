-- What the pipeline did: counts and reasons, never content.

create table runs (
    run_id varchar primary key,
    started_at timestamp not null,
    ended_at timestamp not null,
    finished integer not null,
    failed integer not null,
    late_records integer not null,
    waiting integer not null,
    rejected integer not null,
    audio_ms bigint not null
);
comment on table runs is 'Sweeps over the drop folder.';
comment on column runs.run_id is 'Id of the sweep; the orchestrator''s where one ran it.';
comment on column runs.started_at is 'Start of the sweep, UTC.';
comment on column runs.ended_at is 'End of its work on calls, UTC.';
comment on column runs.finished is 'Calls that were processed.';
comment on column runs.failed is 'Calls that failed.';
comment on column runs.late_records is 'Calls whose record came after their recording and was applied.';
comment on column runs.waiting is 'Files that were not complete yet and were left in place.';
comment on column runs.rejected is 'Files that are no recording and no record.';
comment on column runs.audio_ms is 'Length of all recordings that were processed.';

create table failures (
    failure_id varchar primary key,
    call_id varchar not null,
    failed_at timestamp not null,
    stage varchar not null,
    error varchar not null,
    message varchar not null,
    retryable boolean not null,
    attempt integer not null
);
comment on table failures is 'Calls that failed, each attempt a row; v_failures says which are still open.';
comment on column failures.failure_id is 'Id of the row.';
comment on column failures.call_id is 'The call; it is in calls once a later attempt succeeded.';
comment on column failures.failed_at is 'When it failed, UTC.';
comment on column failures.stage is 'Step of the pipeline: audio, speech, pii and so on.';
comment on column failures.error is 'Class of the error.';
comment on column failures.message is 'What is wrong and the way out; no content of the call.';
comment on column failures.retryable is 'Whether trying again can help with nothing changed.';
comment on column failures.attempt is 'Number of the attempt, from 1.';

create table erasures (
    erased_at timestamp not null default (now() at time zone 'utc'),
    scope varchar not null,
    calls integer not null,
    row_count bigint not null,
    file_count integer not null
);
comment on table erasures is 'Proof of what was erased, without the identity of what was erased.';
comment on column erasures.erased_at is 'When, UTC.';
comment on column erasures.scope is 'What was asked for: call, conversation or before (a date).';
comment on column erasures.calls is 'Calls that were erased.';
comment on column erasures.row_count is 'Rows that were erased with them, all tables together.';
comment on column erasures.file_count is 'Files that were erased with them.';
