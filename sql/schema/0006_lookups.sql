-- What the contact centre filed a call under, and where it belongs.

alter table participants add column wrap_up varchar;
alter table participants add column skills varchar[];
alter table calls add column divisions varchar[];
comment on column participants.wrap_up is 'What an agent filed the call under: the wrap-up code''s name, else the code.';
comment on column participants.skills is 'Skills that a queue asked for: names, else ids.';
comment on column calls.divisions is 'Divisions of the contact centre that the conversation belongs to: names, else ids.';
