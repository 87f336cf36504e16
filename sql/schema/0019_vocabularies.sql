-- To look through every text for what nobody said took seconds. Words that were said by few stand in few rows of this
-- table, and texts of all other calls need not be read. The next load fills it.

create table vocabularies (
    block bigint not null,
    words varchar not null
);

comment on table vocabularies is 'What was said in 1,024 calls with following numbers, each word once: a search reads the texts of those calls only where all its words stand here. Calls of a block that has no row are always searched.';
comment on column vocabularies.block is 'The calls: calls.call_number // 1024.';
comment on column vocabularies.words is 'All words of their segments in small letters, with the marks at them, sorted, a blank between them.';
