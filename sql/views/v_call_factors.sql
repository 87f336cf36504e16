-- One pass over the calls: each is described once, as a list of its factors. What is not known about a call has no row.
create or replace view v_call_factors as
with described as (
    select
        call_id,
        call_number,
        list_transform(
            if(drivers = [], ['(none found)'], drivers),
            lambda name, place: {'factor': 'driver', 'value': name, 'absent': false, 'first': place = 1}
        )
        || if(
            ctr_quality = 'none',
            [],
            list_transform(
                case len(queues) when 0 then ['(no queue)'] when 1 then queues else list_distinct(queues) end,
                lambda name, place: {'factor': 'queue', 'value': name, 'absent': false, 'first': place = 1}
            )
            || if(
                not answered,
                [],
                [
                    {
                        'factor': 'longest silence',
                        'value': if(longest_silence_seconds < 10, 'under 10 s', '10 s or more'),
                        'absent': longest_silence_seconds < 10,
                        'first': true
                    }
                ]
            )
            || [
                {
                    'factor': 'transfers',
                    'value': case transfers when 0 then 'none' when 1 then 'one' else 'two or more' end,
                    'absent': transfers = 0,
                    'first': true
                },
                {
                    'factor': 'hold',
                    'value': if(holds = 0, 'never held', 'held'),
                    'absent': holds = 0,
                    'first': true
                }
            ]
        )
        || if(
            queue_wait_seconds is null,
            [],
            [
                {
                    'factor': 'wait',
                    'value': if(queue_wait_seconds < 60, 'under 1 min', '1 min or more'),
                    'absent': queue_wait_seconds < 60,
                    'first': true
                }
            ]
        ) as factors
    from v_calls
),
listed as (
    select call_id, call_number, unnest(factors) as factor
    from described
)
select call_id, factor.factor, factor.value, call_number, factor.absent, factor.first
from listed;

comment on view v_call_factors is 'What a call had to do with: one row per call, factor and value, to compare calls by.';
comment on column v_call_factors.call_id is 'The call, as in calls.call_id.';
comment on column v_call_factors.factor is 'driver, queue, transfers, hold, longest silence or wait.';
comment on column v_call_factors.value is 'What the factor is in this call.';
comment on column v_call_factors.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column v_call_factors.absent is 'Whether the value says that there was none of it, or little (never held, no transfer, a short wait or silence): the mirror image of the factor''s other values.';
comment on column v_call_factors.first is 'True in one row of each call and factor: with it, a call of several drivers or queues counts once.';
