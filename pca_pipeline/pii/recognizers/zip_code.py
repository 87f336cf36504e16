"""ZIP codes."""

from __future__ import annotations

from pca_pipeline.pii.lexicon import STATE_CODES, STATES
from pca_pipeline.pii.numbers import Run
from pca_pipeline.pii.questions import Ask
from pca_pipeline.pii.reading import Reading
from pca_pipeline.pii.recognizers.base import DigitsRecognizer


class ZipCodeRecognizer(DigitsRecognizer):
    """Asked for, or five digits after a state."""

    entity = "ZIP_CODE"
    asks = frozenset({Ask.ZIP})
    lengths = (5, 9)

    def bare_score(self, reading: Reading, run: Run) -> float:
        """Five or nine digits right after a state."""
        token = reading.conversation.tokens[run.first]
        before = reading.token(run.first - 1, token.turn)
        after_state = before and (before.norm in STATES or before.cased and before.text in STATE_CODES)
        return 0.85 if after_state and len(run.digits) in self.lengths else 0.0
