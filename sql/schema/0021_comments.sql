-- What columns mean, told anew.

comment on column calls.dropped is 'The words that were removed by kind: outside_speech, doubtful (neither the voice detector nor the recogniser was sure), instant (a text that went on after the speech had ended), loop, stock_phrase (captions of silent scenes), echo (of the other channel).';
comment on column call_metrics.answered is 'Whether an agent spoke with the customer. Without a record, whether anybody but the customer is heard, an IVR too: v_calls has null there.';
comment on column call_metrics.non_talk_ms is 'Nobody speaks for three seconds or longer while an agent is connected. Without a record, between the first and the last word: v_calls has null there.';
comment on column call_metrics.longest_silence_ms is 'Longest stretch in which nobody speaks while an agent is connected. Without a record as in non_talk_ms.';
