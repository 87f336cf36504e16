"""Personal data in calls: found in the conversation, replaced in the text, muted in the audio, and verified."""

from __future__ import annotations

from pca_pipeline.pii.entities import ENTITIES, Entity
from pca_pipeline.pii.redaction import Redaction, Redactor
from pca_pipeline.pii.turns import TurnRedactor, redact_lines, redact_text, redact_turns
from pca_pipeline.pii.verification import verify

__all__ = [
    "ENTITIES",
    "Entity",
    "Redaction",
    "Redactor",
    "TurnRedactor",
    "redact_lines",
    "redact_text",
    "redact_turns",
    "verify",
]
