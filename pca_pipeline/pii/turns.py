"""Redaction without a recording: turns of a chat, an e-mail thread or a transcript as plain JSON values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pca_pipeline.call import KnownIdentity
from pca_pipeline.errors import RecordError
from pca_pipeline.pii.claims import Claim
from pca_pipeline.pii.finder import load_finder, load_rules
from pca_pipeline.pii.replacing.operators import CallOperators, Operators
from pca_pipeline.pii.words.stream import Conversation, Line
from pca_pipeline.settings import Settings, load_settings

SHAPE = 'Give one JSON object a line: {"id": ..., "turns": [{"speaker": "agent", "text": "..."}]}.'
MOST_SHOWN = 10
_SPEAKER = re.compile(r"\s*([A-Za-z]+(?:_\d+)?)(?: ?\d)?:\s+")


class TurnRedactor:
    """Redacts conversations of turns. Loads the engine once."""

    def __init__(self, settings: Settings) -> None:
        rules = load_rules(settings.pii)
        self._policy = rules.policy
        self._finder = load_finder(settings.pii, rules.policy, rules.own)
        self._operators = Operators(self._policy, settings.folder)

    def redact(self, conversation: Mapping[str, Any], known: KnownIdentity | None = None) -> dict[str, Any]:
        """`{"id", "turns": [{"speaker", "text"}]}` to `{"id", "turns": [{"text", "findings"}]}`.

        A finding is `{"entity", "start", "end", "score"}`, in characters of the text given. The id, if
        it is of letters, digits, - and _, is the conversation's in the vault; without, labels stand for tokens.
        Raises RecordError if the conversation is of another shape; SetupError and StorageError, of the vault.
        """
        texts, lines = _lines(conversation)
        stream = Conversation(lines)
        known = known or KnownIdentity()
        claims = [c for c in self._finder.find(stream, known) if self._policy.redacts(c.entity)]
        values = [(c.entity, stream.text[stream.tokens[c.first].start : stream.tokens[c.last].end]) for c in claims]
        operators = self._operators.of_call(_call_id(conversation), known, values)
        turns = []
        for at, text in enumerate(texts):
            begin = stream.word_start(at, 0)
            own = [claim for claim in claims if stream.tokens[claim.first].segment == at]
            findings = [_finding(stream, claim, begin) for claim in own]
            turns.append({"text": _replace(text, findings, operators), "findings": findings})
        return {"id": conversation.get("id"), "turns": turns}


def redact_turns(conversation: Mapping[str, Any], settings: Settings | None = None) -> dict[str, Any]:
    """Redact one conversation; for many, make a `TurnRedactor` once."""
    return TurnRedactor(settings or load_settings()).redact(conversation)


def redact_lines(lines: Iterable[str], settings: Settings) -> Iterator[str]:
    """JSON lines in, JSON lines out, one conversation each; blank lines are skipped.

    Raises RecordError that names the lines that are no conversations, after all others are answered.
    """
    redactor = TurnRedactor(settings)
    refused: list[int] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                answer = redactor.redact(json.loads(line))
            except (ValueError, RecursionError, RecordError):  # JSON's errors hold the text
                refused.append(number)
            else:
                yield _json(answer)
    if refused:
        raise RecordError(_no_conversations(refused), SHAPE)


def _json(answer: Mapping[str, Any]) -> str:
    """One line of JSON; escaped where it holds half a character, which has no UTF-8."""
    line = json.dumps(answer, ensure_ascii=False)
    return line if not any("\ud800" <= c <= "\udfff" for c in line) else json.dumps(answer)


def _no_conversations(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Line {numbers[0]} is not a conversation of turns."
    shown = ", ".join(map(str, numbers[:MOST_SHOWN]))
    return f"{len(numbers)} lines are not conversations of turns: {shown}{' ...' * (len(numbers) > MOST_SHOWN)}."


def redact_text(lines: Iterable[str], settings: Settings) -> Iterator[str]:
    """A conversation as text, one turn a line; "agent: ..." names the speaker, who is else the customer."""
    redactor = TurnRedactor(settings)  # before the first line: a wrong policy is told also where nothing comes
    texts = list(lines)
    spoken = [_SPEAKER.match(text) for text in texts]
    turns = [
        {"speaker": match[1] if match else "customer", "text": text[match.end() :] if match else text}
        for match, text in zip(spoken, texts, strict=True)
    ]
    redacted = redactor.redact({"turns": turns})["turns"]
    for match, turn in zip(spoken, redacted, strict=True):
        yield (match[0] if match else "") + turn["text"]


def _lines(conversation: Mapping[str, Any]) -> tuple[list[str], list[Line]]:
    try:
        turns = [(str(turn.get("speaker", "customer")), turn["text"]) for turn in conversation["turns"]]
    except (KeyError, TypeError, AttributeError):
        turns = [("", None)]
    if not all(isinstance(text, str) for _, text in turns):
        raise RecordError("A conversation to redact has no turns with a text.", SHAPE)
    return [text for _, text in turns], [Line(speaker, tuple(text.split(" "))) for speaker, text in turns]


def _call_id(conversation: Mapping[str, Any]) -> str | None:
    """The conversation's id as text, if it is one that can be erased by."""
    given = conversation.get("id")
    known = isinstance(given, str | int) and re.fullmatch(r"[A-Za-z0-9_-]+", str(given))
    return str(given) if known else None


def _replace(text: str, findings: list[dict[str, Any]], operators: CallOperators) -> str:
    parts, done = [], 0
    for finding in findings:
        start, end = finding["start"], finding["end"]
        parts += [text[done:start], operators.write(finding["entity"], text[start:end])]
        done = end
    return "".join((*parts, text[done:]))


def _finding(stream: Conversation, claim: Claim, begin: int) -> dict[str, Any]:
    return {
        "entity": claim.entity,
        "start": stream.tokens[claim.first].start - begin,
        "end": stream.tokens[claim.last].end - begin,
        "score": round(claim.score, 3),
    }
