"""Redaction without a recording: turns of a chat, an e-mail thread or a transcript as plain JSON values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pca_pipeline.call import KnownIdentity
from pca_pipeline.errors import RecordError
from pca_pipeline.pii.finder import Claim, Finder
from pca_pipeline.pii.labels import Labels
from pca_pipeline.pii.stream import Conversation, Line
from pca_pipeline.settings import Settings, load_settings

SHAPE = 'Give one JSON object a line: {"id": ..., "turns": [{"speaker": "agent", "text": "..."}]}.'
_SPEAKER = re.compile(r"\s*([A-Za-z]+(?:_\d+)?)(?: ?\d)?:\s+")


class TurnRedactor:
    """Redacts conversations of turns. Loads the engine once."""

    def __init__(self, settings: Settings) -> None:
        self._finder = Finder(settings.pii.threshold, keep_agent_names=not settings.pii.redact_agent_names)
        self._labels = Labels()

    def redact(self, conversation: Mapping[str, Any], known: KnownIdentity | None = None) -> dict[str, Any]:
        """`{"id", "turns": [{"speaker", "text"}]}` to `{"id", "turns": [{"text", "findings"}]}`.

        A finding is `{"entity", "start", "end", "score"}`, in characters of the text given. Raises RecordError
        if the conversation is of another shape.
        """
        texts, lines = _lines(conversation)
        stream = Conversation(lines)
        claims = self._finder.find(stream, known or KnownIdentity())
        turns = []
        for at, text in enumerate(texts):
            begin = stream.word_start(at, 0)
            own = [claim for claim in claims if stream.tokens[claim.first].segment == at]
            findings = [_finding(stream, claim, begin) for claim in own]
            turns.append({"text": self._replace(text, findings), "findings": findings})
        return {"id": conversation.get("id"), "turns": turns}

    def _replace(self, text: str, findings: list[dict[str, Any]]) -> str:
        for finding in reversed(findings):
            start, end = finding["start"], finding["end"]
            text = text[:start] + self._labels.of(finding["entity"], text[start:end]) + text[end:]
        return text


def redact_turns(conversation: Mapping[str, Any], settings: Settings | None = None) -> dict[str, Any]:
    """Redact one conversation; for many, make a `TurnRedactor` once."""
    return TurnRedactor(settings or load_settings()).redact(conversation)


def redact_lines(lines: Iterable[str], settings: Settings) -> Iterator[str]:
    """JSON lines in, JSON lines out, one conversation each. Raises RecordError that names the line."""
    redactor = TurnRedactor(settings)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield json.dumps(redactor.redact(json.loads(line)), ensure_ascii=False)
            except (json.JSONDecodeError, RecordError):
                raise RecordError(f"Line {number} is not a conversation of turns.", SHAPE) from None


def redact_text(lines: Iterable[str], settings: Settings) -> Iterator[str]:
    """A conversation as text, one turn a line; "agent: ..." names the speaker, who is else the customer."""
    texts = list(lines)
    if not texts:
        return
    spoken = [_SPEAKER.match(text) for text in texts]
    turns = [
        {"speaker": match[1] if match else "customer", "text": text[match.end() :] if match else text}
        for match, text in zip(spoken, texts, strict=True)
    ]
    redacted = TurnRedactor(settings).redact({"turns": turns})["turns"]
    for match, turn in zip(spoken, redacted, strict=True):
        yield (match[0] if match else "") + turn["text"]


def _lines(conversation: Mapping[str, Any]) -> tuple[list[str], list[Line]]:
    try:
        turns = [(str(turn.get("speaker", "customer")), turn["text"]) for turn in conversation["turns"]]
    except (KeyError, TypeError, AttributeError):
        turns = []
    if not turns or not all(isinstance(text, str) for _, text in turns):
        raise RecordError(
            "A conversation to redact has no turns with a text.",
            SHAPE,
        ) from None
    return [text for _, text in turns], [Line(speaker, tuple(text.split(" "))) for speaker, text in turns]


def _finding(stream: Conversation, claim: Claim, begin: int) -> dict[str, Any]:
    return {
        "entity": claim.entity,
        "start": stream.tokens[claim.first].start - begin,
        "end": stream.tokens[claim.last].end - begin,
        "score": round(claim.score, 3),
    }
