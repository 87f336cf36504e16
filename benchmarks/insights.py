"""How well drivers and sentiment agree with a reader of the conversations.

    python -m benchmarks.insights --calls held

Written conversations, personal data as labels, as the product stores them. The reader's judgements and what they mean:
benchmarks/insight_labels/README.md.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path

import numpy as np

from benchmarks.redaction_calls import Turn
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
CALLS = ("development", "held", "strong")
CUSTOMER = "customer"
UNHAPPY = -0.4  # as in `pca ask calls-to-review`
FEELINGS = {"-": "negative", "0": "neutral", "+": "positive"}
_SPOKEN = 0.3  # seconds a word
_TIMELINE = Timeline(
    None,
    None,
    None,
    Direction.INBOUND,
    0,
    (Participant(CUSTOMER, Role.CUSTOMER), Participant("agent", Role.AGENT)),
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
    customer: tuple[str, ...]  # the feeling in each of the customer's turns
    agent: tuple[str, ...]  # and in each of the others


@dataclass(frozen=True, slots=True)
class Answer:
    """What the product says of the same conversation."""

    topics: tuple[str, ...]
    feeling: float
    customer: tuple[str, ...]
    agent: tuple[str, ...]


def read_judged(path: Path) -> tuple[Judged, ...]:
    """Lines of `number | topics | feeling | a sign for each turn of the customer | one for each of the others`."""
    return tuple(_judged(line) for line in path.read_text(encoding="utf-8").splitlines() if line[:1].isdigit())


def _judged(line: str) -> Judged:
    number, topics, feeling, *turns = (part.strip() for part in line.split("|"))
    named = () if topics == "none" else tuple(topic.strip() for topic in topics.split(","))
    if "none" in named:
        raise ValueError(f"Conversation {number}: 'none' stands alone, or there are topics.")
    customer, agent = (tuple(FEELINGS[sign] for sign in signs) for signs in turns)
    return Judged(int(number), named, int(feeling), customer, agent)


def redacted_call(written: Written) -> RedactedCall:
    """The conversation as the product stores it, one segment a turn."""
    segments = tuple(_segments(written.call.turns))
    stats = SpeechStats("written", "en", 0.0, None, 0)
    return RedactedCall(str(written.number), segments[-1].end, 8000, 2, _TIMELINE, segments, (), (), stats, ())


def _segments(turns: Sequence[Turn]) -> Iterator[RedactedSegment]:
    start = 0.0
    for turn in turns:
        words = tuple(_words(turn, start))
        yield RedactedSegment(turn.speaker, int(turn.speaker != CUSTOMER), start, words[-1].end, 1.0, words)
        start = words[-1].end


def _words(turn: Turn, start: float) -> Iterator[RedactedWord]:
    """Neighbours of one entity are one label."""
    at = start
    for entity, said in groupby(turn.words, key=lambda word: word.entity):
        texts = [f"<{entity}>"] if entity else [word.text for word in said]
        for text in texts:
            yield RedactedWord(text, at, at + _SPOKEN, 1.0, entity)
            at += _SPOKEN


def answer(call: RedactedCall) -> Answer:
    """The product's drivers and sentiment."""
    scored = list(zip(call.segments, score_segments(call), strict=True))
    customer = [one for one in scored if one[0].speaker == CUSTOMER]
    labels = tuple(sentiment.label for _, sentiment in customer)
    others = tuple(sentiment.label for segment, sentiment in scored if segment.speaker != CUSTOMER)
    return Answer(name_drivers(call), mean_sentiment(customer) or 0.0, labels, others)


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


def report_turns(speaker: str, turns: Sequence[tuple[str, str]]) -> None:
    """Print how the labels of turns agree: the reader's, the product's."""
    agreed = sum(reader == product for reader, product in turns)
    print(f"\n| turns of {speaker}s | {len(turns)} |\n|---|---|\n| same label | {share(agreed, len(turns))} |")
    scores = []
    for label in FEELINGS.values():
        judged, named = sum(one == label for one, _ in turns), sum(other == label for _, other in turns)
        right = sum(one == other == label for one, other in turns)
        print(f"| {label}: {judged} turns | found {share(right, judged)}, of those named right {share(right, named)} |")
        scores += [2 * right / (judged + named)] if judged else []
    print(f"| mean F1 of the labels | {np.mean(scores):.2f} |")


def report_calls(pairs: Sequence[tuple[Judged, Answer]]) -> None:
    """Print how calls are told apart by the customer's mean score."""
    feelings, means = np.array([one.feeling for one, _ in pairs]), np.array([other.feeling for _, other in pairs])
    correlation = np.corrcoef(ranks(feelings), ranks(means))[0, 1]
    print(f"\n| calls | {len(pairs)} |\n|---|---|\n| rank correlation of feeling and mean score | {correlation:.2f} |")
    lowest = np.argsort(means, kind="stable")[: max(1, len(pairs) // 10)]
    print(f"| the tenth with the lowest score: unhappy | {share(int((feelings[lowest] < 0).sum()), len(lowest))} |")
    named = feelings[means < UNHAPPY]
    print(f"| below {UNHAPPY}: {len(named)} calls, unhappy | {share(int((named < 0).sum()), len(named))} |")
    print(f"| all: unhappy | {share(int((feelings < 0).sum()), len(pairs))} |")


def ranks(values: np.ndarray) -> np.ndarray:
    """Mean rank of each value, as Spearman's correlation takes them."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[place]


def share(part: int, whole: int) -> str:
    """A part in per cent."""
    return f"{100 * part / whole:.0f} %" if whole else ""


def main() -> None:
    """Compare some calls with what a reader thinks of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", choices=CALLS, default=CALLS[0])
    judged = read_judged(FOLDER / f"{parser.parse_args().calls}.txt")
    conversations = {one.number: one for one in chain(read_conversations(TALK), read_conversations(FOLDER / "talk"))}
    pairs = [(one, answer(redacted_call(conversations[one.number]))) for one in judged]
    report_drivers(pairs)
    report_turns("customer", [turn for one, other in pairs for turn in zip(one.customer, other.customer, strict=True)])
    report_turns("agent", [turn for one, other in pairs for turn in zip(one.agent, other.agent, strict=True)])
    report_calls(pairs)


if __name__ == "__main__":
    main()
