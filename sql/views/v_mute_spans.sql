create or replace view v_mute_spans as
select
    mute_spans.call_id,
    calls.started_at,
    mute_spans.channel,
    case
        when calls.channels = 1 then 'both'
        when mute_spans.channel = calls.external_channel then 'customer'
        else 'contact centre'
    end as side,
    mute_spans.start_ms / 1000 as start_seconds,
    mute_spans.end_ms / 1000 as end_seconds,
    (mute_spans.end_ms - mute_spans.start_ms) / 1000 as seconds,
    mute_spans.entities,
    mute_spans.call_number
from mute_spans
join calls using (call_number);

comment on view v_mute_spans is 'One row per stretch of audio that was replaced, with the kinds of personal data under it.';
comment on column v_mute_spans.call_id is 'The call, as in calls.call_id.';
comment on column v_mute_spans.started_at is 'Start of the recording, UTC.';
comment on column v_mute_spans.channel is 'Audio channel, from 0.';
comment on column v_mute_spans.side is 'customer or contact centre: whose channel it is; both in a recording of one channel.';
comment on column v_mute_spans.start_seconds is 'Start in the recording.';
comment on column v_mute_spans.end_seconds is 'End in the recording.';
comment on column v_mute_spans.seconds is 'Length.';
comment on column v_mute_spans.entities is 'Kinds of personal data under it, sorted.';
comment on column v_mute_spans.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
