-- Title: What failed
-- Answers: Which calls could not be processed, and how can that be fixed?
-- Chart: calls
-- Read: Calls without a later success, by step and error; "message" is that of the latest one. Retryable
--   ones are tried again automatically; the others wait in failed/ for `pca retry` after the cause is
--   fixed.
select
    stage,
    error,
    retryable,
    count(distinct call_id) as calls,
    max(failed_at) as last_failed_at,
    arg_max(message, failed_at) as message
from v_failures
where still_open
group by stage, error, retryable
order by calls desc, stage, error
