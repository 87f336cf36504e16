"""How much personal data is found in unseen conversations, and how much else; compared with Presidio's defaults.

    python -m benchmarks.redaction --conversations 1000 --seed 1

Recall is the share of values whose every word is found, whatever it is taken for; `typed` is the share of those with the
right entity. Precision is the share of findings that touch personal data. The phrasings are in two halves from different
trades: the recognizers were improved on errors in `development`; errors in `held` were only counted, never looked at. Both
halves were written for this benchmark, so in other people's words less may be found.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

from benchmarks.redaction_calls import HALVES, Call, Turn, make_call, noisy
from benchmarks.redaction_speech import FORMS
from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.conversation.reading import ConversationEngine
from pca_pipeline.pii.finder import Finder, load_finder
from pca_pipeline.pii.models import NONE, Named, NameModel, load_model
from pca_pipeline.pii.models.base import ENTITIES as NAMES
from pca_pipeline.pii.policy import load_policy
from pca_pipeline.pii.recognizers.named import ModelRecognizer
from pca_pipeline.pii.review.reviewer import Reviewer, load_reviewer
from pca_pipeline.pii.words.stream import Conversation, Line
from pca_pipeline.settings import PiiSettings

NOISE = (0.0, 0.05, 0.15)
THRESHOLD = 0.35
# Families that one label stands for.
_SAME = {"US_SSN": "NATIONAL", "CA_SIN": "NATIONAL", "UK_NINO": "NATIONAL", "UK_NHS": "NATIONAL"}
NUMBERS = frozenset(
    """CREDIT_CARD CVV CARD_EXPIRY PIN US_SSN CA_SIN UK_NINO UK_NHS PHONE_NUMBER ACCOUNT_NUMBER ROUTING_NUMBER IBAN_CODE
    ZIP_CODE ID_DOCUMENT LICENSE_PLATE""".split()
)
STRICT = load_policy("strict")
Found = list[tuple[str, frozenset[tuple[int, int]]]]  # entity, and turn and word of all its words
System = Callable[[Call], Found]


@dataclass
class Score:
    """Counts over many conversations."""

    values: Counter[str] = field(default_factory=Counter)
    whole: Counter[str] = field(default_factory=Counter)
    typed: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    words: int = 0
    extra: int = 0  # words found that are not personal
    clean_turns: int = 0
    touched: int = 0  # clean turns with a finding
    seconds: float = 0.0
    missed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)

    def recall(self, entities: Iterable[str] | None = None) -> float:
        """The share of values that are found whole."""
        chosen = list(self.values if entities is None else entities)
        return sum(self.whole[e] for e in chosen) / max(1, sum(self.values[e] for e in chosen))


def conversation_system(finder: Finder) -> System:
    """This pipeline: the whole conversation at once."""
    return lambda call: _ours(finder, call.turns, call.agent, 0)


def turn_system(finder: Finder) -> System:
    """This pipeline's recognizers, with each turn as a conversation of its own."""

    def find(call: Call) -> Found:
        return [found for at, turn in enumerate(call.turns) for found in _ours(finder, (turn,), call.agent, at)]

    return find


def _ours(finder: Finder, turns: Sequence[Turn], agent: str, offset: int) -> Found:
    stream = Conversation([Line(turn.speaker, tuple(word.text for word in turn.words)) for turn in turns])
    claims = finder.find(stream, KnownIdentity(agent_names=(agent,)))
    tokens = stream.tokens
    return [
        (claim.entity, frozenset((t.segment + offset, t.word) for t in tokens[claim.first : claim.last + 1]))
        for claim in claims
        if STRICT.redacts(claim.entity)
    ]


class NamesOf:
    """Only the names that the networks of the second reading find, for Presidio's defaults."""

    def __init__(self, reviewer: Reviewer) -> None:
        self._reviewer = reviewer
        self._engine = ConversationEngine()

    def find(self, conversation: Conversation) -> Iterable[Named]:
        """People, places and organisations of a conversation that nobody searched before."""
        reading = self._engine.read(conversation, KnownIdentity())
        for claim in self._reviewer.review(reading, ())[1]:
            if claim.entity in NAMES:
                yield Named(claim.entity, claim.first, claim.last, claim.score)


def name_model(setting: str) -> NameModel | None:
    """The name finder for Presidio, by the setting `pii.model`."""
    return load_model(setting) or (None if setting == NONE else NamesOf(load_reviewer()))


def stock_system(model: NameModel | None) -> System:
    """Presidio's defaults, turn by turn, with the same name model."""
    engine = ConversationEngine()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    registry.remove_recognizer("SpacyRecognizer")
    if model:
        registry.add_recognizer(ModelRecognizer(model))
    analyzer = AnalyzerEngine(
        registry=registry, nlp_engine=engine, default_score_threshold=THRESHOLD, supported_languages=["en"]
    )

    def find(call: Call) -> Found:
        found: Found = []
        for at, turn in enumerate(call.turns):
            text = " ".join(word.text for word in turn.words)
            starts = [0]
            for word in turn.words:
                starts.append(starts[-1] + len(word.text) + 1)
            for result in analyzer.analyze(text, language="en"):
                if result.entity_type == "ORGANIZATION":
                    continue  # Presidio ignores it by default, too
                inside = [
                    i for i in range(len(turn.words)) if starts[i] < result.end and starts[i + 1] - 1 > result.start
                ]
                found.append((result.entity_type, frozenset((at, i) for i in inside)))
        return found

    return find


def measure(system: System, call: Call, score: Score) -> None:
    """Add one conversation to the counts."""
    began = time.process_time()
    found = system(call)
    score.seconds += time.process_time() - began
    owners = {place: entity for entity, places in found for place in places}
    values: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    personal, optional = set(), set()
    for at, turn in enumerate(call.turns):
        own = False
        for i, word in enumerate(turn.words):
            if word.entity and word.needed:
                values[word.value, word.entity].append((at, i))
                own = True
            if word.entity or not word.needed:
                optional.add((at, i))
            personal |= {(at, i)} if word.entity else set()
        score.words += len(turn.words)
        score.clean_turns += not own
        score.touched += not own and any((at, i) in owners and (at, i) not in optional for i in range(len(turn.words)))
    _count_values(score, call, values, owners)
    score.extra += len(owners.keys() - optional)
    for entity, places in found:
        score.findings[entity] += 1
        if not places & personal:
            score.false[entity] += 1
            score.wrong.append(f"{entity}: {_shown(call, min(places)[0], places)}")


def _count_values(
    score: Score, call: Call, values: dict[tuple[int, str], list[tuple[int, int]]], owners: dict[tuple[int, int], str]
) -> None:
    for (_, entity), places in values.items():
        score.values[entity] += 1
        score.whole[entity] += all(place in owners for place in places)
        names = Counter(_SAME.get(owners[place], owners[place]) for place in places if place in owners)
        score.typed[entity] += bool(names) and names.most_common(1)[0][0] == _SAME.get(entity, entity)
        if not all(place in owners for place in places):
            at = places[0][0]
            before = _shown(call, at - 1, frozenset()) if at else ""
            score.missed[entity].append(
                f"({before}) {_shown(call, at, frozenset(p for p in places if p not in owners))}"
            )


def _shown(call: Call, turn: int, marked: frozenset[tuple[int, int]]) -> str:
    return " ".join(f"[{w.text}]" if (turn, i) in marked else w.text for i, w in enumerate(call.turns[turn].words))


def report(title: str, score: Score, examples: int) -> None:
    """Print the counts as a table."""
    print(f"\n{title}: {score.words:,} words, {score.words / max(score.seconds, 1e-9):,.0f} words/s per core")
    print(f"{'entity':18}{'values':>8}{'recall':>8}{'typed':>8}{'false':>7}{'precision':>11}")
    for entity in sorted(score.values | score.false):
        count, findings = score.values[entity], score.findings[entity]
        recall = f"{score.whole[entity] / count:8.3f}{score.typed[entity] / count:8.3f}" if count else " " * 16
        precision = f"{1 - score.false[entity] / findings:11.3f}" if findings else ""
        print(f"{entity:18}{count:8}{recall}{score.false[entity]:7}{precision}")
    print(summary(score))
    for entity, lines in score.missed.items():
        for line in lines[:examples]:
            print(f"  missed {entity}: {line}")
    for line in score.wrong[: 4 * examples]:
        print(f"  false {line}")


def summary(score: Score) -> str:
    """The figures that count, in one line."""
    false = sum(score.false.values())
    return (
        f"all {score.recall():.3f}  numbers {score.recall(NUMBERS):.3f}  birth {score.recall(['DATE_OF_BIRTH']):.3f}"
        f"  e-mail {score.recall(['EMAIL_ADDRESS']):.3f}  names {score.recall(['PERSON']):.3f}"
        f"  precision {1 - false / max(1, sum(score.findings.values())):.3f}"
        f"  false per 1,000 words {1000 * false / score.words:.2f}  extra words per 1,000 {1000 * score.extra / score.words:.2f}"
        f"  clean turns touched {score.touched / score.clean_turns:.2%}"
        f"  {score.words / max(score.seconds, 1e-9):,.0f} words/s"
    )


def run(system: System, half: str, form: str, noise: float, count: int, seed: int) -> Score:
    """Measure a system on generated conversations."""
    score = Score()
    for number in range(count):
        key = f"{seed}/{half}/{form}/{number}"
        measure(system, noisy(make_call(half, form, Random(key)), noise, Random(f"{key}/{noise}")), score)
    return score


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=1000, help="for each half, form and rate of noise")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--half", choices=HALVES, nargs="*", default=list(HALVES))
    parser.add_argument("--form", choices=FORMS, nargs="*", default=list(FORMS))
    parser.add_argument("--noise", type=float, nargs="*", default=list(NOISE))
    parser.add_argument("--model", default="own", help="what reads beside the rules, as the setting pii.model")
    parser.add_argument("--examples", type=int, default=0, help="missed and false findings to print")
    parser.add_argument("--ours-only", action="store_true", help="leave the two other systems out")
    options = parser.parse_args()
    finder = load_finder(PiiSettings(model=options.model), STRICT)
    stock = stock_system(name_model(options.model))
    others = {} if options.ours_only else {"stock Presidio": stock, "turn by turn": turn_system(finder)}
    for half in options.half:
        for form in options.form:
            for noise in options.noise:
                cell = (half, form, noise, options.conversations, options.seed)
                report(f"{half}, {form}, noise {noise:.0%}", run(conversation_system(finder), *cell), options.examples)
                for name, system in others.items():
                    print(f"  {name}: {summary(run(system, *cell))}")


if __name__ == "__main__":
    main()
