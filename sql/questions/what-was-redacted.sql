-- Title: What was redacted
-- Answers: Which personal data was removed, how often, and who said it?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: findings
-- Read: "findings" counts passages: a number said over three turns is three of them. "muted_seconds" is audio
--   that was replaced; a stretch with several kinds counts for each. Listen to calls with a low "lowest_score".
with chosen as (
    select call_number
    from calls
    where ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
),
muted as (
    select entity, sum(milliseconds) / 1000 as seconds
    from (
        select unnest(entities) as entity, end_ms - start_ms as milliseconds
        from mute_spans
        semi join chosen using (call_number)
        where call_number between $first_number and $last_number
    )
    group by entity
),
found as (
    select
        entity,
        count(*) as findings,
        count(distinct call_number) as calls,
        count(*) filter (speaker_role = 'customer') as by_customer,
        count(*) filter (speaker_role = 'agent') as by_agent,
        avg(score) as mean_score,
        min(score) as lowest_score
    from v_findings
    where call_number between $first_number and $last_number
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
    group by entity
)
select
    found.entity,
    found.findings,
    found.calls,
    round(100 * found.calls / (select count(*) from chosen), 1) as percent_of_calls,
    found.by_customer,
    found.by_agent,
    round(coalesce(muted.seconds, 0), 1) as muted_seconds,
    round(found.mean_score, 2) as mean_score,
    round(found.lowest_score, 2) as lowest_score
from found
left join muted using (entity)
order by found.findings desc, found.entity
