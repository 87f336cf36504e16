"""Presidio's context words, only for recognizers that have any."""

from __future__ import annotations

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts


class ContextEnhancer(LemmaContextAwareEnhancer):
    """Presidio's enhancer without the deep copies of results that it would not change: a fifth of all time."""

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """All results; the scores of those whose recognizer has context words are raised where one is near."""
        key = RecognizerResult.RECOGNIZER_IDENTIFIER_KEY
        with_words = {recognizer.id for recognizer in recognizers if recognizer.context}
        results: tuple[list[RecognizerResult], list[RecognizerResult]] = [], []
        for result in raw_results:
            results[result.recognition_metadata[key] in with_words].append(result)
        plain, enhanced = results
        if enhanced:
            plain += super().enhance_using_context(text, enhanced, nlp_artifacts, recognizers, context)
        return plain
