"""Payment card numbers as they are written."""

from __future__ import annotations

import re

from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer

from pca_pipeline.pii.recognizers.card import PASSES

# Fewer digits fit no pattern of Presidio, which takes a hundred times as long to read all else.
_LONG = re.compile(r"\d(?:[- ]?\d){12,}")


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
        found: list[RecognizerResult] = []
        for long in _LONG.finditer(text):
            begin = max(0, long.start() - 1)  # with what is beside it: no card begins or ends within a word
            for one in super().analyze(text[begin : long.end() + 1], entities, nlp_artifacts, regex_flags):
                one.start, one.end, one.score = one.start + begin, one.end + begin, min(one.score, PASSES)
                found.append(one)
        return found
