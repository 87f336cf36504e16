-- Title: Repeat callers and first-call resolution
-- Answers: How often does a customer have to call again, by the driver of the first call?
-- Parameter days (integer, at most 366) = 7: a call within this many days is a repeated one
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: resolved_percent
-- Read: A customer is known by the keyed hash of the telephone number (docs/sql.md tells how to switch it on), else
--   by the vendor's id; conversations without one, without a time, or of which no record tells whether they were
--   answered, are counted as "unknown" and in no percentage. A conversation counts once, however many recordings it has;
--   the centre's own outbound calls count neither as calls nor as calling again. "resolved" ones were answered and had
--   no other conversation of the same customer within the days after; "too_recent" ones lie less than the days before
--   the last call there is.
with within_reach as (  -- conversations of the days asked for, and those that may follow them
    select coalesce(conversation_id, call_id) as conversation_id
    from calls
    where ($since is null or started_at >= $since)
        and ($before is null or started_at < cast($before as timestamp) + to_days(cast($days as integer) + 1))
),
conversations as (
    select
        v_calls.conversation_id,
        arg_min(v_calls.driver, coalesce(v_calls.started_at, timestamp 'infinity')) as driver,
        min(v_calls.started_at) as started_at,
        bool_or(v_calls.answered) as answered,
        min(coalesce(v_calls.customer, customers.id)) as customer
    from v_calls
    left join participants as customers
        on customers.call_number = v_calls.call_number
        and customers.role = 'customer'
    where v_calls.direction is distinct from 'outbound'
        and v_calls.conversation_id in (from within_reach)
    group by v_calls.conversation_id
),
followed as (
    select
        *,
        started_at + to_days(cast($days as integer)) as limit_at,
        (select max(started_at) from calls where direction is distinct from 'outbound') as last_at,
        lead(started_at) over (partition by customer order by started_at, conversation_id) as next_at
    from conversations
),
judged as (
    select
        *,
        case
            when customer is null or started_at is null or answered is null then 'unknown'
            when next_at <= limit_at then 'repeated'
            when limit_at > last_at then 'too recent'
            when answered then 'resolved'
            else 'not answered'
        end as outcome
    from followed
    where ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
)
select
    coalesce(driver, '(none found)') as driver,
    count(*) as conversations,
    count(*) filter (outcome = 'repeated') as repeated,
    count(*) filter (outcome = 'resolved') as resolved,
    count(*) filter (outcome = 'not answered') as not_answered,
    round(
        100 * count(*) filter (outcome = 'resolved')
        / nullif(count(*) filter (outcome in ('repeated', 'resolved', 'not answered')), 0),
        1
    ) as resolved_percent,
    count(*) filter (outcome = 'too recent') as too_recent,
    count(*) filter (outcome = 'unknown') as unknown
from judged
group by driver
order by conversations desc, driver
