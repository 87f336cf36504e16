-- Who called again, without telling who.

alter table calls add column customer varchar;
comment on column calls.customer is 'Keyed hash of the customer''s telephone number, else of the vendor''s id of the contact: equal for calls of one customer; null where no record told one or no key was set.';

comment on column erasures.scope is 'What was asked for: call, conversation, customer or before (a date).';
