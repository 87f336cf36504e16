"""Addresses on a network."""

from __future__ import annotations

from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import IpRecognizer

from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.forms.codes import NAMES_OF_THINGS


class IpAddressRecognizer(IpRecognizer):
    """Presidio's recognizer, but for four numbers that name a version: "firmware 1.0.12.120"."""

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,
        regex_flags: int | None = None,
    ) -> list[RecognizerResult]:
        """Presidio's entry: results in characters of the text."""
        found: list[RecognizerResult] = super().analyze(text, entities, nlp_artifacts, regex_flags)
        if not isinstance(nlp_artifacts, Reading):
            return found
        return [one for one in found if not _names_a_version(nlp_artifacts, one)]


def _names_a_version(reading: Reading, found: RecognizerResult) -> bool:
    first = reading.conversation.tokens_at(found.start, found.end)[0]
    before = reading.token(first - 1, reading.conversation.tokens[first].turn)
    return before is not None and before.norm in NAMES_OF_THINGS
