"""How well drivers and sentiment agree with a reader of the conversations.

    python -m benchmarks.insights --half held

Conversations of review_model/talk, personal data as labels, as the product stores them. The reader's judgements and
what they mean: benchmarks/insight_labels/README.md.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from benchmarks.redaction_calls import HALVES, Turn
from benchmarks.written_redaction import Written, read_conversations
from pca_pipeline.call import (
    CtrQuality,
    Direction,
    Participant,
    RedactedCall,
    RedactedSegment,
    RedactedWord,
    Role,
    SpeechStats,
    Timeline,
)
from pca_pipeline.insights.drivers import name_drivers
from pca_pipeline.insights.sentiment import mean_sentiment, score_segments
from review_model.talk import TALK

FOLDER = Path(__file__).parent / "insight_labels"
FEELINGS = {"-": "negative", "0": "neutral", "+": "positive"}
_SPOKEN = 0.3  # seconds a word
_CUSTOMER = "customer"
_TIMELINE = Timeline(
    None,
    None,
    None,
    Direction.INBOUND,
    0,
    (Participant(_CUSTOMER, Role.CUSTOMER), Participant("agent", Role.AGENT)),
    (),
    (),
    (),
    CtrQuality.NONE,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a reader thinks of a conversation."""

    number: int
    topics: tuple[str, ...]  # the main one first; none where no built-in topic fits
    feeling: int  # the customer's in all, from -2 (angry) to 2 (grateful)
    turns: tuple[str, ...]  # the feeling in each of the customer's turns


@dataclass(frozen=True, slots=True)
class Answer:
    """What the product says of the same conversation."""

    topics: tuple[str, ...]
    feeling: float
    turns: tuple[str, ...]


def read_judged(path: Path) -> tuple[Judged, ...]:
    """Lines of `number | topics | feeling | a sign for each turn of the customer`."""
    return tuple(_judged(line) for line in path.read_text(encoding="utf-8").splitlines() if line[:1].isdigit())


def _judged(line: str) -> Judged:
    number, topics, feeling, turns = (part.strip() for part in line.split("|"))
    named = () if topics == "none" else tuple(topic.strip() for topic in topics.split(","))
    if "none" in named:
        raise ValueError(f"Conversation {number}: 'none' stands alone, or there are topics.")
    return Judged(int(number), named, int(feeling), tuple(FEELINGS[sign] for sign in turns))


def redacted_call(written: Written) -> RedactedCall:
    """The conversation as the product stores it, one segment a turn."""
    segments = tuple(_segments(written.call.turns))
    stats = SpeechStats("written", "en", 0.0, None, 0)
    return RedactedCall(str(written.number), segments[-1].end, 8000, 2, _TIMELINE, segments, (), (), stats, ())


def _segments(turns: Sequence[Turn]) -> Iterator[RedactedSegment]:
    start = 0.0
    for turn in turns:
        words = tuple(_words(turn, start))
        yield RedactedSegment(turn.speaker, int(turn.speaker != _CUSTOMER), start, words[-1].end, 1.0, words)
        start = words[-1].end


def _words(turn: Turn, start: float) -> Iterator[RedactedWord]:
    """Neighbours of one entity are one label."""
    at = start
    for entity, said in groupby(turn.words, key=lambda word: word.entity):
        texts = [f"<{entity}>"] if entity else [word.text for word in said]
        for text in texts:
            yield RedactedWord(text, at, at + _SPOKEN, 1.0, entity)
            at += _SPOKEN


def customers(call: RedactedCall) -> tuple[RedactedSegment, ...]:
    """What the customer says, turn by turn."""
    return tuple(segment for segment in call.segments if segment.speaker == _CUSTOMER)


def answer(call: RedactedCall) -> Answer:
    """The product's drivers and sentiment of the customer."""
    scored = [
        (segment, sentiment)
        for segment, sentiment in zip(call.segments, score_segments(call), strict=True)
        if segment.speaker == _CUSTOMER
    ]
    turns = tuple(sentiment.label for _, sentiment in scored)
    return Answer(name_drivers(call), mean_sentiment(scored) or 0.0, turns)


def report_drivers(pairs: Sequence[tuple[Judged, Answer]]) -> None:
    """Print how many topics are named rightly, in all and by topic."""
    judged = Counter(topic for one, _ in pairs for topic in one.topics)
    named = Counter(topic for _, one in pairs for topic in one.topics)
    right = Counter(topic for one, other in pairs for topic in set(one.topics) & set(other.topics))
    with_topic = [(one, other) for one, other in pairs if one.topics]
    first = sum(other.topics[:1] == one.topics[:1] for one, other in with_topic)
    among = sum(one.topics[0] in other.topics for one, other in with_topic)
    without = [other for one, other in pairs if not one.topics]
    print(
        f"| calls with a topic | {len(with_topic)} |\n| main topic is named first | {share(first, len(with_topic))} |"
    )
    print(f"| main topic is among those named | {share(among, len(with_topic))} |")
    print(f"| topics that are found | {share(right.total(), judged.total())} |")
    print(f"| topics named that are right | {share(right.total(), named.total())} |")
    print(
        f"| calls without a topic of the list, none named | {share(sum(not one.topics for one in without), len(without))} |"
    )
    print("\n| topic | calls | found | named | of them right |\n|---|---|---|---|---|")
    for topic in sorted(judged | named):
        found, correct = share(right[topic], judged[topic]), share(right[topic], named[topic])
        print(f"| {topic} | {judged[topic]} | {found} | {named[topic]} | {correct} |")


def report_sentiment(pairs: Sequence[tuple[Judged, Answer]]) -> None:
    """Print how the labels of turns agree, and how calls are told apart."""
    turns = [turn for one, other in pairs for turn in zip(one.turns, other.turns, strict=True)]
    agreed = sum(reader == product for reader, product in turns)
    print(f"\n| customer turns | {len(turns)} |\n| same label | {share(agreed, len(turns))} |")
    scores = []
    for label in FEELINGS.values():
        judged, named = sum(one == label for one, _ in turns), sum(other == label for _, other in turns)
        right = sum(one == other == label for one, other in turns)
        scores.append(2 * right / max(1, judged + named))
        print(f"| {label}: {judged} turns | found {share(right, judged)}, of those named right {share(right, named)} |")
    print(f"| mean F1 of the three labels | {np.mean(scores):.2f} |")
    feelings, means = np.array([one.feeling for one, _ in pairs]), np.array([other.feeling for _, other in pairs])
    print(
        f"| calls: rank correlation of feeling and mean score | {np.corrcoef(ranks(feelings), ranks(means))[0, 1]:.2f} |"
    )
    lowest = np.argsort(means, kind="stable")[: max(1, len(pairs) // 10)]
    print(
        f"| the tenth of calls with the lowest score: unhappy | {share(int((feelings[lowest] < 0).sum()), len(lowest))} |"
    )
    print(f"| all calls: unhappy | {share(int((feelings < 0).sum()), len(pairs))} |")


def ranks(values: np.ndarray) -> np.ndarray:
    """Mean rank of each value, as Spearman's correlation takes them."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[place]


def share(part: int, whole: int) -> str:
    """A part in per cent."""
    return f"{100 * part / whole:.0f} %" if whole else ""


def main() -> None:
    """Compare one half with what a reader thinks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES, default=HALVES[0])
    judged = read_judged(FOLDER / f"{parser.parse_args().half}.txt")
    conversations = {one.number: one for one in read_conversations(TALK)}
    pairs = [(one, answer(redacted_call(conversations[one.number]))) for one in judged]
    report_drivers(pairs)
    report_sentiment(pairs)


if __name__ == "__main__":
    main()
