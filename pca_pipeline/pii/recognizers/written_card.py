"""Payment card numbers as they are written."""

from __future__ import annotations

from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer

from pca_pipeline.pii.recognizers.card import PASSES


class WrittenCardRecognizer(CreditCardRecognizer):
    """Presidio's recognizer, no surer of a check digit than of one that is said: an IMEI has the same."""

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,
        regex_flags: int | None = None,
    ) -> list[RecognizerResult]:
        """Presidio's entry: results in characters of the text."""
        found: list[RecognizerResult] = super().analyze(text, entities, nlp_artifacts, regex_flags)
        for one in found:
            one.score = min(one.score, PASSES)
        return found
