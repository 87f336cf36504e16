"""Personal data in calls: found in the conversation, replaced in the text, muted in the audio, and verified."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pca_pipeline.pii.entities import ENTITIES, Entity
    from pca_pipeline.pii.file_names import names_of, without_names
    from pca_pipeline.pii.finder import load_rules
    from pca_pipeline.pii.languages import check_language
    from pca_pipeline.pii.originals import check_original, put_by
    from pca_pipeline.pii.policy import Policy, load_policy
    from pca_pipeline.pii.redaction import Redaction, Redactor
    from pca_pipeline.pii.replacing.customers import check_customer_key, customer_key
    from pca_pipeline.pii.turns import TurnRedactor, redact_lines, redact_text, redact_turns
    from pca_pipeline.pii.vault.vault import Vault
    from pca_pipeline.pii.verification import Verification, check_samples, verify

__all__ = [
    "ENTITIES",
    "Entity",
    "Policy",
    "Redaction",
    "Redactor",
    "TurnRedactor",
    "Vault",
    "Verification",
    "check_customer_key",
    "check_language",
    "check_original",
    "check_samples",
    "customer_key",
    "load_policy",
    "load_rules",
    "names_of",
    "put_by",
    "redact_lines",
    "redact_text",
    "redact_turns",
    "verify",
    "without_names",
]

_MODULES = {
    "ENTITIES": "entities",
    "Entity": "entities",
    "Policy": "policy",
    "Redaction": "redaction",
    "Redactor": "redaction",
    "TurnRedactor": "turns",
    "Vault": "vault.vault",
    "Verification": "verification",
    "check_customer_key": "replacing.customers",
    "check_language": "languages",
    "check_original": "originals",
    "check_samples": "verification",
    "customer_key": "replacing.customers",
    "load_policy": "policy",
    "load_rules": "finder",
    "names_of": "file_names",
    "put_by": "originals",
    "redact_lines": "turns",
    "redact_text": "turns",
    "redact_turns": "turns",
    "verify": "verification",
    "without_names": "file_names",
}


def __getattr__(name: str) -> object:
    """What this room offers, imported when it is asked for: the recognizers take seconds, and keys do without."""
    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
