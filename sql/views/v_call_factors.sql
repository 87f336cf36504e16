create or replace view v_call_factors as
with recorded as (
    from v_calls
    where ctr_quality != 'none'
)
select call_id, 'driver' as factor, unnest(if(drivers = [], ['(none found)'], drivers)) as value
from v_calls
union all
select call_id, 'queue', unnest(if(queues = [], ['(no queue)'], queues))
from recorded
union all
select call_id, 'transfers', case transfers when 0 then 'none' when 1 then 'one' else 'two or more' end
from recorded
union all
select call_id, 'hold', if(holds = 0, 'never held', 'held')
from recorded
union all
select call_id, 'wait', if(queue_wait_seconds < 60, 'under 1 min', '1 min or more')
from recorded
union all
select call_id, 'longest silence', if(longest_silence_seconds < 10, 'under 10 s', '10 s or more')
from v_calls;

comment on view v_call_factors is 'What a call had to do with: one row per call, factor and value, to compare calls by.';
comment on column v_call_factors.call_id is 'The call, as in calls.call_id.';
comment on column v_call_factors.factor is 'driver, queue, transfers, hold, longest silence or wait.';
comment on column v_call_factors.value is 'What the factor is in this call.';
