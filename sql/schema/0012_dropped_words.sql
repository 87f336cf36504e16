-- What speech recognition invented, by kind.

alter table calls add column dropped map(varchar, integer);
comment on column calls.dropped is 'The words that were removed by kind: outside_speech, instant (a text that went on after the speech had ended), loop, stock_phrase (captions of silent scenes), echo (of the other channel).';
