-- A number that grows with every load. Ids are hashes and lie scattered, so that to find one call's rows by its id
-- takes a look at every row; rows of a number lie together, and DuckDB passes over the blocks of all other numbers.

alter table calls add column call_number bigint;
alter table files add column call_number bigint;
alter table participants add column call_number bigint;
alter table intervals add column call_number bigint;
alter table transfers add column call_number bigint;
alter table segments add column call_number bigint;
alter table findings add column call_number bigint;
alter table mute_spans add column call_number bigint;
alter table call_facts add column call_number bigint;
alter table call_metrics add column call_number bigint;
alter table participant_metrics add column call_number bigint;
alter table drivers add column call_number bigint;
alter table enrichments add column call_number bigint;
alter table call_attributes add column call_number bigint;
alter table journey_steps add column call_number bigint;

update calls set call_number = rowid + 1;
update files set call_number = calls.call_number from calls where calls.call_id = files.call_id;
update participants set call_number = calls.call_number from calls where calls.call_id = participants.call_id;
update intervals set call_number = calls.call_number from calls where calls.call_id = intervals.call_id;
update transfers set call_number = calls.call_number from calls where calls.call_id = transfers.call_id;
update segments set call_number = calls.call_number from calls where calls.call_id = segments.call_id;
update findings set call_number = calls.call_number from calls where calls.call_id = findings.call_id;
update mute_spans set call_number = calls.call_number from calls where calls.call_id = mute_spans.call_id;
update call_facts set call_number = calls.call_number from calls where calls.call_id = call_facts.call_id;
update call_metrics set call_number = calls.call_number from calls where calls.call_id = call_metrics.call_id;
update participant_metrics set call_number = calls.call_number from calls where calls.call_id = participant_metrics.call_id;
update drivers set call_number = calls.call_number from calls where calls.call_id = drivers.call_id;
update journey_steps set call_number = calls.call_number from calls where calls.call_id = journey_steps.call_id;
update call_attributes set call_number = calls.call_number from calls where calls.call_id = call_attributes.call_id;
update enrichments set call_number = calls.call_number from calls where calls.call_id = enrichments.call_id;

comment on column calls.call_number is 'Place in the order of loading; another one after the call was loaded anew. Rows of a number lie together: to read one call fast, ask for its number.';
comment on column files.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column participants.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column intervals.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column transfers.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column segments.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column findings.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column mute_spans.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column call_facts.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column call_metrics.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column participant_metrics.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column drivers.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column enrichments.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column journey_steps.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column call_attributes.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
