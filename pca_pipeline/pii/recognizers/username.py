"""Names for signing in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pca_pipeline.pii.conversation.answers import find_answers
from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.conversation.signs import JOINTS, with_signs
from pca_pipeline.pii.entities import ENTITIES
from pca_pipeline.pii.recognizers.base import ConversationRecognizer

_WRITTEN = re.compile(r"(?<![\w@.])[^\W_]+(?:_[^\W_]+)+(?![\w@])")  # "the_real_anna"
SURE = 0.9  # surer than that a word of it is a person's name
REACH = 10  # words of content between the question and a joint


class UsernameRecognizer(ConversationRecognizer):
    """What answers "what is your user name", or is named so."""

    entity = "USERNAME"

    def find(self, reading: Reading) -> Iterable[Span]:
        """The answering clause of the next turn, or what the speaker names."""
        yield from (_whole(reading, replace(span, score=SURE)) for span in find_answers(reading, Ask.USERNAME))
        yield from (_whole(reading, span) for span in _joined(reading))


def _whole(reading: Reading, span: Span) -> Span:
    """A span with its signs, and with an initial in front: "k novak"."""
    first, last = with_signs(reading, span.first, span.last)
    before = reading.token(first - 1, reading.conversation.tokens[first].turn)
    initial = before is not None and len(before.norm) == 1 and before.norm.isalpha() and not before.after
    return replace(span, first=first - initial, last=last)


def _joined(reading: Reading) -> Iterator[Span]:
    """Two words with "dash" or "dot" between them, after a question for a user name; "_" wherever it stands."""
    conversation = reading.conversation
    written = _WRITTEN.finditer(conversation.text) if "_" in conversation.text else ()
    for match in (one for one in written if one[0] not in ENTITIES):  # a label in brackets of any kind
        tokens = conversation.tokens_at(*match.span())
        yield Span(tokens[0], tokens[-1], 0.6, "shape")
    for at in range(1, len(conversation.tokens) - 1):
        if conversation.tokens[at].norm in JOINTS:
            asked = reading.asked(at, at, Ask.USERNAME)
            if asked and asked.distance <= REACH:
                yield Span(at, at, 0.6, "asked for: username")
