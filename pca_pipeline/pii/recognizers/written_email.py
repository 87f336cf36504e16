"""E-mail addresses as they are written."""

from __future__ import annotations

from presidio_analyzer.predefined_recognizers import EmailRecognizer
from tldextract import TLDExtract

_EXTRACT = TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list in the package; the default asks the network


class WrittenEmailRecognizer(EmailRecognizer):
    """Presidio's recognizer, with the bundled list of public suffixes and no download."""

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the domain ends in a public suffix."""
        return bool(_EXTRACT(pattern_text).fqdn)
