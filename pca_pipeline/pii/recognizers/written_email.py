"""E-mail addresses as they are written."""

from __future__ import annotations

from presidio_analyzer.predefined_recognizers import EmailRecognizer

from pca_pipeline.pii.conversation.domains import EXTRACT


class WrittenEmailRecognizer(EmailRecognizer):
    """Presidio's recognizer, with the bundled list of public suffixes and no download."""

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the domain ends in a public suffix."""
        return bool(EXTRACT(pattern_text).fqdn)
