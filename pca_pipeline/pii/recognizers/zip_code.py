"""ZIP and postal codes."""

from __future__ import annotations

import re

from pca_pipeline.pii.lexicon import STATE_CODES, STATES
from pca_pipeline.pii.numbers import Run
from pca_pipeline.pii.questions import Ask
from pca_pipeline.pii.reading import Reading
from pca_pipeline.pii.recognizers.base import DigitsRecognizer


class ZipCodeRecognizer(DigitsRecognizer):
    """Asked for, five digits after a state, or a British or Canadian postcode wherever it stands."""

    entity = "ZIP_CODE"
    asks = frozenset({Ask.ZIP})
    lengths = (5, 6, 7, 9)
    with_letters = True
    shape = re.compile(r"[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}|[a-z]\d[a-z]\d[a-z]\d")

    def _whole(self, reading: Reading, run: Run) -> tuple[int, int]:
        """Letters belong to a postcode, and those before a ZIP code name a state."""
        code = reading.code_of(run)
        alone = code is None or code.text[-1:].isdigit() and code.text.lstrip("abcdefghijklmnopqrstuvwxyz").isdigit()
        return (run.first, run.last) if alone else super()._whole(reading, run)

    def bare_score(self, reading: Reading, run: Run) -> float:
        """Five or nine digits right after a state."""
        token = reading.conversation.tokens[run.first]
        before = reading.token(run.first - 1, token.turn)
        after_state = before and (before.norm in STATES or before.cased and before.text in STATE_CODES)
        return 0.85 if after_state and len(run.digits) in self.lengths else 0.0
