"""What is personal in a conversation: Presidio's analyzer over its reading, then echoes, then one claim a token."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from presidio_analyzer import AnalyzerEngine, RecognizerResult
from presidio_analyzer.recognizer_registry import RecognizerRegistry

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.entities import NUMERIC
from pca_pipeline.pii.known import Names, known_names, known_numbers, parts
from pca_pipeline.pii.lexicon import FUNCTION_WORDS, NOT_PEOPLE, first_names, is_word
from pca_pipeline.pii.names import VERBS, base
from pca_pipeline.pii.reading import ConversationEngine, Reading
from pca_pipeline.pii.recognizers import RECOGNIZERS
from pca_pipeline.pii.stream import Conversation, Token

ECHO_SCORE = 0.75
CODE_PART = 5  # signs of a code in a row that give it away
UNKNOWN = "NUMBER"  # the entity of numbers whose kind another place of the call may tell
SURE = 0.7  # below this, a name that is also an ordinary word is not looked for elsewhere
_BEFORE_NAMES = frozenset(
    {
        "is",
        "was",
        "called",
        "named",
        "thanks",
        "you",
        "hi",
        "hello",
        "hey",
        "okay",
        "great",
        "dear",
        "for",
        "tell",
        "right",
        "lovely",
        "perfect",
        "cheers",
        "brilliant",
        "alright",
        "sorry",
        "morning",
        "afternoon",
        "bye",
        "goodbye",
    }
)
_NAMING = frozenset({"PERSON", "SECURITY_ANSWER"})


@dataclass(frozen=True, slots=True)
class Claim:
    """Tokens [first, last] of one segment that are personal data."""

    entity: str
    first: int
    last: int
    score: float
    recognizer: str


class Finder:
    """Presidio's engine with this room's recognizers; made once, used for every call."""

    def __init__(self, threshold: float, keep_agent_names: bool = True) -> None:
        logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)  # its debug lines hold matched text
        logging.getLogger("presidio-anonymizer").setLevel(logging.ERROR)
        self._threshold = threshold
        self._keep_agent_names = keep_agent_names
        self._engine = ConversationEngine()
        self.analyzer = _analyzer(self._engine, threshold)

    def find(self, conversation: Conversation, known: KnownIdentity) -> tuple[Claim, ...]:
        """Claims of a conversation in order; no two overlap."""
        if not conversation.tokens:
            return ()
        reading = self._engine.read(conversation, known)
        results = self.analyzer.analyze(conversation.text, language="en", nlp_artifacts=reading)
        claims = [_claim(conversation, result) for result in results]
        claims = self._without_agents(reading, claims)
        claims += _echoed_numbers(reading, claims)
        claims += _echoed_codes(reading, claims)
        claims += self._without_agents(reading, list(_echoed_names(reading, claims)))
        return tuple(_one_a_token(conversation, claims))

    def _without_agents(self, reading: Reading, claims: list[Claim]) -> list[Claim]:
        """Claims without those that are only an agent's name, by policy; a customer's namesake is not kept."""
        agents = known_names(reading.known.agent_names)
        if not self._keep_agent_names or not agents:
            return claims
        customers = known_names(reading.known.names).words | _introduced(reading, claims, agents)
        return [claim for claim in claims if not _is_agent(reading, claim, agents, customers)]


def _analyzer(engine: ConversationEngine, threshold: float) -> AnalyzerEngine:
    registry = RecognizerRegistry(recognizers=[make() for make in RECOGNIZERS])
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=engine,
        log_decision_process=False,
        default_score_threshold=threshold,
        supported_languages=["en"],
    )


def _claim(conversation: Conversation, result: RecognizerResult) -> Claim:
    tokens = conversation.tokens_at(result.start, result.end)
    name = str(result.recognition_metadata[RecognizerResult.RECOGNIZER_NAME_KEY])
    return Claim(result.entity_type, tokens[0], tokens[-1], float(result.score), name)


def _introduced(reading: Reading, claims: Sequence[Claim], agents: Names) -> frozenset[str]:
    """Words of agents' names that a customer gives as a part of a longer name, which is then their own."""
    words: set[str] = set()
    for claim in claims:
        said = {base(token) for token in reading.conversation.tokens[claim.first : claim.last + 1]}
        if claim.entity == "PERSON" and reading.conversation.turn_of(claim.first).role == "customer":
            words |= said if said - agents.words and said & agents.words else set()
    return frozenset(words)


def _is_agent(reading: Reading, claim: Claim, agents: Names, customers: frozenset[str]) -> bool:
    if claim.entity != "PERSON":
        return False
    words = [base(token) for token in reading.conversation.tokens[claim.first : claim.last + 1]]
    return all(word not in customers and _is_agents(word, agents) for word in words)


def _is_agents(word: str, agents: Names) -> bool:
    """An agent's name, or a misspelling of it that is nobody else's name."""
    misspelt = agents.matches(word, capital=True) and word not in first_names()
    return word in agents.words or misspelt or agents.sound_like(word)


def _echoed_numbers(reading: Reading, claims: Sequence[Claim]) -> list[Claim]:
    """Runs elsewhere that repeat a found number, or four digits in a row of it; short values only whole."""
    claimed: dict[int, str] = {}
    for claim in claims:
        if claim.entity in NUMERIC:
            claimed |= dict.fromkeys(range(claim.first, claim.last + 1), claim.entity)
    values: dict[str, str] = {}
    short: dict[str, str] = {}
    for run in reading.numbers.runs:
        if run.first in claimed:
            whole = reading.chain(run).digits
            for part in (*parts(run.digits), *parts(whole)):
                if values.get(part, UNKNOWN) == UNKNOWN:
                    values[part] = claimed[run.first]
            if len(run.digits) == 3:
                short[run.digits] = claimed[run.first]
    found = []
    for run in known_numbers(reading.numbers.runs, frozenset(values)):
        entity = next(values[part] for part in parts(run.digits) if part in values)
        if run.first not in claimed or (claimed[run.first] == UNKNOWN and entity != UNKNOWN):
            found.append(Claim(entity, run.first, run.last, ECHO_SCORE, "echo"))
    found += [
        Claim(short[run.digits], run.first, run.last, ECHO_SCORE, "echo")
        for run in reading.numbers.runs
        if run.first not in claimed and run.digits in short and not run.meaning
    ]
    return found


def _echoed_codes(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Letters and digits elsewhere that repeat a found code, or five of its signs in a row."""
    claimed = {
        at: claim.entity for claim in claims if claim.entity in NUMERIC for at in range(claim.first, claim.last + 1)
    }
    found = {code.text: claimed[code.first] for code in reading.codes if {code.first, code.last} <= claimed.keys()}
    for code in reading.codes:
        if {code.first, code.last} <= claimed.keys() or len(code.text) < CODE_PART:
            continue
        entity = next(
            (found[text] for text in found if code.text in text or len(text) >= CODE_PART and text in code.text), None
        )
        if entity:
            yield Claim(entity, code.first, code.last, ECHO_SCORE, "echo")


def _echoed_names(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Other places where a found name, or a word that sounds like it, is said."""
    tokens = reading.conversation.tokens
    sources = [c for c in claims if c.entity in _NAMING]
    words = {
        base(tokens[at])
        for c in sources
        for at in range(c.first, c.last + 1)
        if at not in reading.spelled and (c.score >= SURE or c.last > c.first or not is_word(base(tokens[at])))
    }
    spelled = {reading.spelled[c.first].letters: c.last for c in sources if c.first in reading.spelled}
    words |= spelled.keys()
    names = Names(frozenset(w for w in words if len(w) > 2))
    exact = Names(frozenset(w for w in names.words if not is_word(w) and w not in NOT_PEOPLE))
    claimed = {at for c in claims for at in range(c.first, c.last + 1)}
    for at, token in enumerate(tokens):
        if at in claimed:
            continue
        said = base(token)
        sure = exact.matches(said, capital=True)
        if (
            sure
            or said in names.words
            and (
                _in_mid_sentence(token)
                or _opening(token)
                or _addressed(reading, at)
                or _just_spelled(reading, at, spelled)
            )
        ):
            yield Claim("PERSON", at, at, ECHO_SCORE, "echo")


def _in_mid_sentence(token: Token) -> bool:
    return token.capital and not token.opens and token.norm not in FUNCTION_WORDS


def _opening(token: Token) -> bool:
    """A name that opens a sentence, and no verb or function word: "Robin's fine"."""
    said = base(token)
    return token.capital and said in first_names() and said not in VERBS and said not in FUNCTION_WORDS


def _just_spelled(reading: Reading, at: int, spelled: Mapping[str, int]) -> bool:
    """Said right before or after it was spelled: "cook, c o o k", "s m a l l. Thank you, so small"."""
    last = spelled.get(base(reading.conversation.tokens[at]))
    return last is not None and abs(reading.conversation.tokens[at].turn - reading.conversation.tokens[last].turn) <= 1


def _addressed(reading: Reading, at: int) -> bool:
    """Behind a greeting, thanks or "was", in text without capitals: "thank you frank", "it was biscuit"."""
    token = reading.conversation.tokens[at]
    before = reading.token(at - 1, token.turn)
    return not token.cased and before is not None and before.norm in _BEFORE_NAMES


def _one_a_token(conversation: Conversation, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Each token goes to its best claim; neighbours of one entity in one segment become one claim.

    Nothing that any recognizer claimed is lost: where two overlap, the weaker keeps what the stronger leaves.
    Labels of an earlier redaction are no one's.
    """
    owners: dict[int, Claim] = {}
    for claim in sorted(claims, key=lambda c: (c.score, c.last - c.first)):
        owners |= dict.fromkeys(range(claim.first, claim.last + 1), claim)
    current: Claim | None = None
    for at in sorted(at for at in owners if not conversation.tokens[at].is_label):
        owner = owners[at]
        if current and _continues(conversation, current, owner, at):
            current = Claim(current.entity, current.first, at, max(current.score, owner.score), current.recognizer)
            continue
        if current:
            yield current
        current = Claim(owner.entity, at, at, owner.score, owner.recognizer)
    if current:
        yield current


def _continues(conversation: Conversation, current: Claim, owner: Claim, at: int) -> bool:
    same_segment = conversation.tokens[current.last].segment == conversation.tokens[at].segment
    return current.entity == owner.entity and current.last == at - 1 and same_segment
