"""Numbers keyed on the telephone: tones that carry digits are a finding like spoken ones; a single menu choice is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pca_pipeline.audio import KeyPress
from pca_pipeline.call import MuteSpan, Segment
from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.questions import Questions
from pca_pipeline.pii.entities import SECRET_LENGTHS, with_pin
from pca_pipeline.pii.words.stream import Conversation

PAUSE = 3.0  # seconds at most between two keys of one number
PAD = 0.05  # a tone fades in before it is recognised
LEAST = 4  # keys that are a number, whatever was asked
LEAST_ASKED = 2  # keys that are one after a question for a number: single keys choose from a menu
ANSWER_WITHIN = 20.0  # seconds from the end of a question to the first key
CARD_LENGTHS = range(13, 20)  # digits of a payment card's number, ISO/IEC 7812
_ENTITIES = {
    Ask.CARD: "CREDIT_CARD",
    Ask.CVV: "CVV",
    Ask.EXPIRY: "CARD_EXPIRY",
    Ask.PIN: "PIN",
    Ask.SSN: "US_SSN",
    Ask.PHONE: "PHONE_NUMBER",
    Ask.ACCOUNT: "ACCOUNT_NUMBER",
    Ask.DOCUMENT: "ID_DOCUMENT",
    Ask.BIRTH: "DATE_OF_BIRTH",
    Ask.ZIP: "ZIP_CODE",
    Ask.PASSWORD: "PASSWORD",
    Ask.NUMBER: "NUMBER",
}


def keyed_spans(presses: Sequence[KeyPress], segments: Sequence[Segment], channels: int) -> Iterator[MuteSpan]:
    """Spans on every channel from the first to the last key of each number: a key between may have been missed.

    `presses` are ordered by start and may hold the echo of one channel's keys on the other; `segments` are the
    call's, whose questions say what was keyed: the span's entity. Digits as many as a card's may be one as well, and a few
    of which nobody knows the meaning a PIN.
    """
    groups = [group for group in _groups(presses) if len(_digits(group)) >= LEAST_ASKED]
    if not groups:
        return
    questions = asked(segments)
    for group in groups:
        digits = _digits(group)
        entity = answered(questions, group[0].start)
        if entity is None and len(digits) < LEAST:
            continue
        entities = _entities(entity or "NUMBER", len(digits))
        start, end = group[0].start - PAD, max(press.end for press in group) + PAD
        yield from (MuteSpan(channel, max(0.0, start), end, entities) for channel in range(channels))


def _entities(entity: str, digits: int) -> tuple[str, ...]:
    if digits in CARD_LENGTHS:
        return tuple(sorted({entity, "CREDIT_CARD"} - {"NUMBER"}))
    return (entity, "PIN") if entity == "NUMBER" and digits in SECRET_LENGTHS else with_pin(entity, digits)


def _groups(presses: Sequence[KeyPress]) -> list[list[KeyPress]]:
    """Keys of all channels with no long pause between."""
    groups: list[list[KeyPress]] = []
    for press in presses:
        if groups and press.start - groups[-1][-1].end < PAUSE:
            groups[-1].append(press)
        else:
            groups.append([press])
    return groups


def _digits(group: Sequence[KeyPress]) -> str:
    """The digits of the channel that has most of them: the other holds an echo."""
    channels = {press.channel for press in group}
    heard = ("".join(p.key for p in group if p.channel == channel and p.key.isdigit()) for channel in channels)
    return max(heard, key=len)


def asked(segments: Sequence[Segment]) -> list[tuple[float, str]]:
    """When each question for a number was over, and the entity it asks for; ordered."""
    conversation = Conversation.of_segments(segments)
    found = []
    for mention in Questions(conversation).mentions:
        token = conversation.tokens[mention.last]
        if mention.ask in _ENTITIES:
            found.append((segments[token.segment].words[token.word].end, _ENTITIES[mention.ask]))
    return sorted(found)


def answered(asked: Sequence[tuple[float, str]], at: float) -> str | None:
    """The entity of the latest question before a moment; one for no particular number only if there is no other."""
    recent = [entity for end, entity in asked if end <= at + PAD < end + ANSWER_WITHIN]
    particular = [entity for entity in recent if entity != "NUMBER"]
    return next(reversed(particular or recent), None)
