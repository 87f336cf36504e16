"""How much personal data is found, and how much else: per entity, on generated conversations and business talk.

    python -m benchmarks.pii_accuracy --conversations 300 --seed 1

`scripts` are the scripts of `sample_calls` with new people; `voices` are the forms of `benchmarks.pii_voices`.
Recall is the share of values whose every word is found; words is the share of their words; a false finding
touches no personal data.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from random import Random

from benchmarks.pii_voices import Turn, Word, conversation
from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.finder import Finder
from pca_pipeline.pii.stream import Conversation, Line
from sample_calls.call import Turn as ScriptTurn
from sample_calls.orders import Order, draw_orders
from sample_calls.scenarios import write
from sample_calls.spoken import Piece, fill, persona

FORMS = ("written", "spoken", "lower")
BUSINESS_LINES = Path(__file__).parents[1] / "tests" / "pii" / "business_lines.txt"


@dataclass
class Score:
    """Counts over many conversations."""

    values: Counter[str] = field(default_factory=Counter)
    whole: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    found_words: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    total_words: int = 0
    seconds: float = 0.0
    missed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)


def script_conversation(form: str, seed: str, order: Order) -> tuple[list[Turn], KnownIdentity]:
    """A script of `sample_calls` filled anew, in one form, with the agents' names that a record would hold."""
    rng = Random(seed)
    script = write(rng, order.shape, order.topic, order.mood)
    who = persona(rng)
    turns = [event for stage in script.stages for event in stage.events if isinstance(event, ScriptTurn)]
    spoken = [(turn.speaker, tuple(_words(fill(turn.template, who, rng).pieces, form))) for turn in turns]
    return spoken, KnownIdentity(agent_names=(who.agent_first, who.agent2_first))


def _words(pieces: Iterable[Piece], form: str) -> Iterator[Word]:
    for piece in pieces:
        entity = None if piece.value_id in ("agent_first", "agent2_first") else piece.entity
        if form == "spoken":
            yield from (Word(word.strip(","), entity) for word in piece.spoken.split())
        else:
            yield Word(piece.written if form == "written" else piece.written.lower().strip(".,?!"), entity)


def measure(finder: Finder, turns: Sequence[Turn], known: KnownIdentity, score: Score) -> None:
    """Add one conversation to the counts."""
    stream = Conversation([Line(speaker, tuple(word.text for word in words)) for speaker, words in turns])
    began = time.process_time()
    claims = finder.find(stream, known)
    score.seconds += time.process_time() - began
    found = {(token.segment, token.word) for claim in claims for token in stream.tokens[claim.first : claim.last + 1]}
    personal = {(at, i) for at, (_, words) in enumerate(turns) for i, word in enumerate(words) if word.entity}
    score.total_words += sum(len(words) for _, words in turns)
    for at, (_, words) in enumerate(turns):
        for entity, group in groupby(enumerate(words), key=lambda numbered: numbered[1].entity):
            if entity:
                _count(score, entity, [(at, i) for i, _ in group], found, turns)
    for claim in claims:
        places = {(t.segment, t.word) for t in stream.tokens[claim.first : claim.last + 1]}
        score.findings[claim.entity] += 1
        if not places & personal:
            score.false[claim.entity] += 1
            at, i = min(places)
            texts = [word.text for word in turns[at][1]]
            before, after = texts[max(0, i - 6) : i], texts[i + len(places) : i + len(places) + 4]
            marked = " ".join([*before, "[[", *texts[i : i + len(places)], "]]", *after])
            score.wrong.append(f"{claim.entity}/{claim.recognizer}: {marked}")


def _count(
    score: Score, entity: str, places: list[tuple[int, int]], found: set[tuple[int, int]], turns: Sequence[Turn]
) -> None:
    covered = sum(place in found for place in places)
    score.values[entity] += 1
    score.whole[entity] += covered == len(places)
    score.words[entity] += len(places)
    score.found_words[entity] += covered
    if covered < len(places):
        at = places[0][0]
        before = " ".join(word.text for word in turns[at - 1][1]) if at else ""
        score.missed[entity].append(f"[{before}] {' '.join(word.text for word in turns[at][1])}")


def report(title: str, score: Score, examples: int) -> None:
    """Print the counts as a table."""
    rate = score.total_words / score.seconds
    print(f"\n{title}: {score.total_words} words, {rate:,.0f} words/s of processor time")
    print(f"{'entity':18}{'values':>7}{'recall':>8}{'words':>8}{'false':>7}")
    for entity in sorted(score.values | score.false):
        count, words = score.values[entity], score.words[entity]
        recall = f"{score.whole[entity] / count:8.3f}{score.found_words[entity] / words:8.3f}" if count else " " * 16
        print(f"{entity:18}{count:7}{recall}{score.false[entity]:7}")
    total = sum(score.words.values())
    false = sum(score.false.values())
    print(
        f"{'all':18}{sum(score.values.values()):7}{sum(score.whole.values()) / sum(score.values.values()):8.3f}"
        f"{sum(score.found_words.values()) / total:8.3f}{false:7}"
        f"   precision {1 - false / sum(score.findings.values()):.3f}"
        f"   false per 1,000 words {1000 * false / score.total_words:.2f}"
    )
    for entity, lines in score.missed.items():
        for line in lines[:examples]:
            print(f"  missed {entity}: {line}")
    for line in score.wrong[: 4 * examples]:
        print(f"  false {line}")


def report_business(finder: Finder, examples: int) -> None:
    """How many lines of business talk without personal data are touched."""
    lines = BUSINESS_LINES.read_text(encoding="utf-8").splitlines()
    touched = []
    for line in lines:
        stream = Conversation([Line("agent", tuple(line.split(" ")))])
        claims = finder.find(stream, KnownIdentity())
        if claims:
            touched.append(f"{claims[0].entity}/{claims[0].recognizer}: {line}")
    print(f"\nbusiness talk: {len(touched)} of {len(lines)} lines touched ({len(touched) / len(lines):.1%})")
    for line in touched[: 4 * examples]:
        print(f"  false {line}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=0, help="missed and false findings to print")
    options = parser.parse_args()
    finder = Finder(threshold=0.35)
    for form in FORMS:
        scripts, voices = Score(), Score()
        for number, order in enumerate(draw_orders(options.conversations, options.seed, plain=True)):
            measure(finder, *script_conversation(form, f"{options.seed}/{number}", order), scripts)
            measure(finder, conversation(form, Random(f"{options.seed}/{number}/{form}")), KnownIdentity(), voices)
        report(f"scripts, {form}", scripts, options.examples)
        report(f"voices, {form}", voices, options.examples)
    report_business(finder, options.examples)


if __name__ == "__main__":
    main()
