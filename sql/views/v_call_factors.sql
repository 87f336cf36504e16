-- One pass over the calls: each is described once, as a list of what it had to do with.
create or replace view v_call_factors as
with described as (
    select
        call_id,
        call_number,
        list_transform(
            if(drivers = [], ['(none found)'], drivers),
            lambda name: {'factor': 'driver', 'value': name, 'absent': false}
        )
        || [
            {
                'factor': 'longest silence',
                'value': if(longest_silence_seconds < 10, 'under 10 s', '10 s or more'),
                'absent': longest_silence_seconds < 10
            }
        ]
        || if(
            ctr_quality = 'none',
            [],
            list_transform(
                case len(queues) when 0 then ['(no queue)'] when 1 then queues else list_distinct(queues) end,
                lambda name: {'factor': 'queue', 'value': name, 'absent': false}
            )
            || [
                {
                    'factor': 'transfers',
                    'value': case transfers when 0 then 'none' when 1 then 'one' else 'two or more' end,
                    'absent': transfers = 0
                },
                {'factor': 'hold', 'value': if(holds = 0, 'never held', 'held'), 'absent': holds = 0}
            ]
        )
        || if(
            queue_wait_seconds is null,
            [],
            [
                {
                    'factor': 'wait',
                    'value': if(queue_wait_seconds < 60, 'under 1 min', '1 min or more'),
                    'absent': queue_wait_seconds < 60
                }
            ]
        ) as factors
    from v_calls
),
listed as (
    select call_id, call_number, unnest(factors) as factor
    from described
)
select call_id, factor.factor, factor.value, call_number, factor.absent
from listed;

comment on view v_call_factors is 'What a call had to do with: one row per call, factor and value, to compare calls by.';
comment on column v_call_factors.call_id is 'The call, as in calls.call_id.';
comment on column v_call_factors.factor is 'driver, queue, transfers, hold, longest silence or wait.';
comment on column v_call_factors.value is 'What the factor is in this call.';
comment on column v_call_factors.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column v_call_factors.absent is 'Whether the value says that there was none of it, or little (never held, no transfer, a short wait or silence): the mirror image of the factor''s other values.';
