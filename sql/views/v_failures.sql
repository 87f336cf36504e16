create or replace view v_failures as
select
    failures.call_id,
    failures.failed_at,
    failures.stage,
    failures.error,
    failures.message,
    failures.retryable,
    failures.attempt,
    calls.call_id is null or calls.loaded_at < failures.failed_at as still_open
from failures
left join calls using (call_id);

comment on view v_failures is 'Calls that failed, and whether a later attempt succeeded.';
comment on column v_failures.call_id is 'The call.';
comment on column v_failures.failed_at is 'When it failed, UTC.';
comment on column v_failures.stage is 'Step of the pipeline.';
comment on column v_failures.error is 'Class of the error.';
comment on column v_failures.message is 'What is wrong and how to fix it.';
comment on column v_failures.retryable is 'Whether trying again can help with nothing changed.';
comment on column v_failures.attempt is 'Number of the attempt, from 1.';
comment on column v_failures.still_open is 'True until a later attempt has loaded the call.';
