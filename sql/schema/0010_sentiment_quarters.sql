-- How a call felt over its length, worked out when it is loaded: from all segments, it took most of a question's time.

create table sentiment_quarters (
    call_id varchar not null,
    role varchar not null,
    quarter utinyint not null,
    sentiment double not null,
    words integer not null,
    call_number bigint
);
comment on table sentiment_quarters is 'How a call felt in each quarter of its length, by who spoke.';
comment on column sentiment_quarters.call_id is 'The call, as in calls.call_id.';
comment on column sentiment_quarters.role is 'customer, agent, ivr and so on; unknown for a speaker who is no participant.';
comment on column sentiment_quarters.quarter is '1 to 4, by the start of the segments.';
comment on column sentiment_quarters.sentiment is 'Mean feeling, -1 to 1, weighted by words.';
comment on column sentiment_quarters.words is 'Words spoken in that quarter.';
comment on column sentiment_quarters.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';

insert into sentiment_quarters
select
    segments.call_id,
    coalesce(participants.role, 'unknown') as role,
    least(4, 1 + (segments.start_ms * 4) // greatest(calls.duration_ms, 1)) as quarter,
    sum(segments.sentiment * len(segments.words)) / sum(len(segments.words)) as sentiment,
    sum(len(segments.words)) as words,
    segments.call_number
from segments
join calls using (call_number)
left join participants
    on participants.call_number = segments.call_number
    and participants.participant = segments.speaker
where segments.sentiment is not null
group by all
order by segments.call_number;
