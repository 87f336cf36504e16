-- Steps outside of the recording are kept, too: where it begins with an agent's answer, the flow and the queue.

comment on table journey_steps is 'The way of a call step by step, without overlap; also what lies outside of the recording.';
comment on column journey_steps.start_ms is 'Start on the recording''s clock; negative before its first sample.';
comment on column journey_steps.end_ms is 'End on the recording''s clock; may lie behind its end.';
comment on column journey_steps.outcome is 'routed, answered, abandoned, voicemail, transferred, continued (the same party goes on), left (others go on), ended (with the call) or done (wrap-up).';
