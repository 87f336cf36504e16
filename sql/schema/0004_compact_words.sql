-- Words without a second copy of their text, what shaped a call each time it was loaded, versions of enrichers.

-- The text is split at its blanks to get the words back: within a word, a blank is a no-break space.
alter table segments alter text
    set data type varchar
    using array_to_string(list_transform(words, lambda w: replace(w['word'], ' ', chr(160))), ' ');

alter table segments alter words
    set data type struct(offset_ms integer, length_ms integer, percent utinyint, entity varchar)[]
    using list_transform(
        list_zip(words, list_resize(cast([] as integer[]), len(words), start_ms)),
        lambda one: struct_pack(
            offset_ms := one[1].start_ms - one[2],
            length_ms := one[1].end_ms - one[1].start_ms,
            percent := cast(round(100 * one[1].probability) as utinyint),
            entity := one[1].entity
        )
    );
comment on column segments.words is 'For each word of the text, split at blanks: start after the segment''s, length, probability by speech recognition in percent, and the entity where a label stands. v_words has them as rows.';
comment on column segments.text is 'The words as one text, a blank between them; a blank within a word is a no-break space.';

alter table enrichments add column version varchar;
comment on column enrichments.version is 'Version of the package that the enricher is from.';

create table call_versions (
    call_id varchar not null,
    loaded_at timestamp not null default (now() at time zone 'utc'),
    model varchar not null,
    code_version varchar not null,
    settings_version varchar,
    ctr_quality varchar not null
);
insert into call_versions
select call_id, loaded_at, model, code_version, settings_version, ctr_quality
from calls;
comment on table call_versions is 'How a call came to be, each time it was loaded: the last row of a call is what the tables hold now.';
comment on column call_versions.call_id is 'The call, as in calls.call_id.';
comment on column call_versions.loaded_at is 'When it was loaded, UTC.';
comment on column call_versions.model is 'Speech recognition model that wrote the words.';
comment on column call_versions.code_version is 'Version of pca_pipeline that processed the call.';
comment on column call_versions.settings_version is 'Fingerprint of the settings that shape results.';
comment on column call_versions.ctr_quality is 'Trust in the contact trace record at that time: exact, approximate or none.';
