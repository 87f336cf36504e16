-- Where a transfer went, beside how it was made.

alter table transfers add column went varchar;
comment on column transfers.went is 'blind (to a colleague), consult, to_queue, external or no_answer; null in calls that were loaded before it was kept.';
