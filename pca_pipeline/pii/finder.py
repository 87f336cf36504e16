"""What is personal in a conversation: Presidio's analyzer over its reading, echoes, one claim a token, a second reading."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import pca_pipeline.pii.quick_start  # noqa: F401  (before Presidio)

# isort: split
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.recognizer_registry import RecognizerRegistry

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.claims import UNKNOWN, Claim
from pca_pipeline.pii.context import ContextEnhancer
from pca_pipeline.pii.conversation.reading import ConversationEngine, Reading
from pca_pipeline.pii.entities import ENTITIES, OPT_IN, may_be_number, muted_everywhere, with_pin
from pca_pipeline.pii.models import NONE, NameModel, load_model
from pca_pipeline.pii.names.known import Names, known_names
from pca_pipeline.pii.names.shapes import base
from pca_pipeline.pii.policy import Policy, load_policy
from pca_pipeline.pii.recognizers import RECOGNIZERS
from pca_pipeline.pii.recognizers.named import ModelRecognizer
from pca_pipeline.pii.recognizers.own import OwnRecognizer
from pca_pipeline.pii.recognizers.own_sources import own_recognizers
from pca_pipeline.pii.repeats.corrections import corrections
from pca_pipeline.pii.repeats.echoes import (
    ECHO,
    echoed_addresses,
    echoed_ages,
    echoed_codes,
    echoed_names,
    echoed_numbers,
    echoed_pieces,
    echoed_places,
    echoed_secrets,
    read_back_towns,
    states_of_towns,
)
from pca_pipeline.pii.repeats.letters import corrected_letters
from pca_pipeline.pii.repeats.pieces import pieces
from pca_pipeline.pii.review.reviewer import Reviewer, load_reviewer
from pca_pipeline.pii.words.lexicon import first_names
from pca_pipeline.pii.words.number_words import digits_in
from pca_pipeline.pii.words.stream import Conversation
from pca_pipeline.settings import PiiSettings

EVERYTHING = load_policy("strict")  # by which is told what is personal, whatever a policy removes of it


class _Analyzer(AnalyzerEngine):
    """Presidio's engine without a pass of each recognizer over the others' results: none here changes them."""

    def _enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        return self.context_aware_enhancer.enhance_using_context(text, raw_results, nlp_artifacts, recognizers, context)


class Finder:
    """Presidio's engine with this room's recognizers; made once, used for every call.

    Without a policy it is `strict`; without a reviewer what the recognizers claim stands; `own` are those of the user.
    What is personal is found the same under every policy; which entity it is, is told last: of those that it may be, the
    one that the policy removes.
    """

    def __init__(
        self,
        threshold: float,
        policy: Policy | None = None,
        model: NameModel | None = None,
        reviewer: Reviewer | None = None,
        own: Sequence[EntityRecognizer] = (),
    ) -> None:
        logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)  # its debug lines hold matched text
        logging.getLogger("presidio-anonymizer").setLevel(logging.ERROR)
        self._policy = policy or EVERYTHING
        self._engine = ConversationEngine()
        self._threshold = threshold
        keeps = any(map(self._is_milder, ENTITIES))  # only then is it asked what else a finding may be
        self._least = 0.0 if keeps else threshold
        self._reviewer = reviewer
        recognizers, self._foreign = _recognizers(self._policy)
        recognizers += [ModelRecognizer(model)] if model else []
        self.analyzer = _analyzer(self._engine, threshold, [*recognizers, *own])

    def find(self, conversation: Conversation, known: KnownIdentity) -> tuple[Claim, ...]:
        """Claims of a conversation in order; no two overlap."""
        if not conversation.tokens:
            return ()
        reading = self.read(conversation, known)
        opinions = self._opinions(reading)
        claims = self._likely(reading, opinions)
        found = self._by_policy(reading, opinions, claims, self._reviewed(reading, claims))
        return tuple(self._with_opt_in(reading, opinions, found))

    def read(self, conversation: Conversation, known: KnownIdentity) -> Reading:
        """What the recognizers read."""
        return self._engine.read(conversation, known)

    def claims(self, reading: Reading) -> list[Claim]:
        """What the recognizers find, before anybody reads it a second time; in order, and none overlap."""
        return self._likely(reading, self._opinions(reading))

    def _opinions(self, reading: Reading) -> list[Claim]:
        """What the recognizers hold for possible; however unlikely, where the policy keeps something.

        Not of the user's own: a word of their context is missing.
        """
        text = reading.conversation.text
        results = self.analyzer.analyze(text, language="en", nlp_artifacts=reading, score_threshold=self._least)
        claims = [_claim(reading.conversation, result) for result in results]
        return [one for one in claims if one.score >= self._threshold or not one.is_own]

    def _likely(self, reading: Reading, opinions: Sequence[Claim]) -> list[Claim]:
        claims = [one for one in opinions if one.score >= self._threshold and one.entity not in OPT_IN]
        return self._with_echoes(reading, self._without_agents(reading, claims), EVERYTHING)

    def _with_echoes(self, reading: Reading, claims: Sequence[Claim], policy: Policy) -> list[Claim]:
        """Claims with what repeats them elsewhere in the conversation; one claim a token."""
        claims = sorted(claims, key=lambda claim: _strength(claim, policy))  # of two, an echo is the stronger
        claims += echoed_numbers(reading, claims)
        claims += echoed_codes(reading, claims)
        claims += pieces(reading, claims)
        claims += corrections(reading, claims)
        claims += corrected_letters(reading, claims)
        claims += echoed_pieces(reading, claims)
        claims += echoed_ages(reading, claims)
        claims += echoed_places(reading, claims)
        claims += read_back_towns(reading, claims)
        claims += states_of_towns(reading, claims)
        claims += echoed_addresses(reading, claims)
        claims += echoed_secrets(reading, claims)
        claims += self._without_agents(reading, list(echoed_names(reading, claims)))
        return _settled(reading, claims, policy)

    def _reviewed(self, reading: Reading, claims: list[Claim]) -> list[Claim]:
        """Claims after a second reading; what it adds or takes back changes what is found elsewhere in the conversation."""
        if self._reviewer is None:
            return claims
        kept, new = self._reviewer.review(reading, claims, self._foreign)
        echoes = [claim for claim in claims if claim.recognizer == ECHO]
        new = [_with_echo(claim, echoes) for claim in new if claim.score >= self._threshold]
        if not new and kept == [claim for claim in claims if claim.recognizer != ECHO]:
            return claims
        return self._with_echoes(reading, kept + self._without_agents(reading, new), EVERYTHING)

    def _by_policy(
        self, reading: Reading, opinions: Sequence[Claim], claims: Sequence[Claim], found: list[Claim]
    ) -> list[Claim]:
        """What was found, as the entity that the policy removes where it may be that; echoes like their source."""
        doubtful = [claim for claim in found if self._stays(claim)]
        if not doubtful:
            return found
        others = [
            *opinions,
            *_may_be_pins(reading, doubtful),
            *(self._reviewer.opinions(reading, claims, doubtful) if self._reviewer else ()),
        ]
        others = [one for one in others if one.entity not in {UNKNOWN, *self._foreign}]
        sources = [claim for claim in found if claim.recognizer != ECHO]
        may_be = [taken for claim in sources if self._stays(claim) for taken in _taken(reading, claim, others)]
        going = [one for one in _settled(reading, [*sources, *may_be], self._policy) if not self._stays(one)]
        places = _places(found)
        again = self._with_echoes(reading, going, self._policy)
        return list(_one_a_token(reading.conversation, [*found, *(one for one in again if places >= _places([one]))]))

    def _with_opt_in(self, reading: Reading, opinions: Sequence[Claim], found: list[Claim]) -> list[Claim]:
        """What was found, and of what only some policies ask for what is nothing else: a birthday is no mere date."""
        asked_for = [one for one in opinions if one.entity in OPT_IN and one.score >= self._threshold]
        return list(_one_a_token(reading.conversation, [*asked_for, *found])) if asked_for else found

    def _stays(self, claim: Claim) -> bool:
        """Whether something of a claim is kept, though it may be of another entity. Companies are nobody."""
        return self._is_milder(claim.entity)

    def _is_milder(self, entity: str) -> bool:
        return self._policy.strictness(entity) < EVERYTHING.strictness(entity)

    def _without_agents(self, reading: Reading, claims: list[Claim]) -> list[Claim]:
        """Claims without those that are only an agent's name, by policy; a customer's namesake is not kept."""
        agents = known_names(reading.known.agent_names)
        if self._policy.agent_names != "keep" or not agents:
            return claims
        customers = known_names(reading.known.names).words | _introduced(reading, claims, agents)
        return [claim for claim in claims if not _is_agent(reading, claim, agents, customers)]


def _with_echo(claim: Claim, echoes: Sequence[Claim]) -> Claim:
    """A claim with all of the echo of its kind that it is a part of."""
    for echo in echoes:
        if echo.entity == claim.entity and echo.first <= claim.first and claim.last <= echo.last:
            return replace(claim, first=echo.first, last=echo.last)
    return claim


def _strength(claim: Claim, policy: Policy) -> tuple[int, bool, float, int]:
    """What wins where two claims overlap: what the policy removes, the user's own, then the likelier, then the longer one."""
    return _strictness(claim, policy), claim.is_own, claim.score, claim.last - claim.first


def _strictness(claim: Claim, policy: Policy) -> int:
    """How much of it goes; digits of any kind are NUMBERs, which says nothing against a kind that is kept."""
    return 0 if claim.entity == UNKNOWN else policy.strictness(claim.entity)


def _settled(reading: Reading, claims: Sequence[Claim], policy: Policy) -> list[Claim]:
    """One claim a token."""
    possible = sorted(_possible(reading, claims, policy), key=lambda claim: _strength(claim, policy))
    return list(_one_a_token(reading.conversation, possible))


def _possible(reading: Reading, claims: Sequence[Claim], policy: Policy) -> Iterator[Claim]:
    """Claims but those that go by policy and cannot be what they say, by a likelier claim that stays.

    What the user's own recognizers find is what they say.
    """
    kept = [claim for claim in claims if not policy.mutes(claim.entity)]
    run_at = {at: run for run in reading.numbers.runs for at in range(run.first, run.last + 1)} if kept else {}
    for claim in claims:
        run = next((run_at[at] for at in range(claim.first, claim.last + 1) if at in run_at), None)
        counts = {len(run.digits), len(reading.chain(run).digits)} if run else set()
        less = (one for one in kept if _strictness(one, policy) < _strictness(claim, policy))
        if claim.is_own or not any(_refutes(one, claim, counts) for one in less):
            yield claim


def _taken(reading: Reading, claim: Claim, others: Sequence[Claim]) -> Iterator[Claim]:
    """What else a claim may be: all of it with its letters, if another has all its digits; of words those of the other.

    What is of an entity of the user's own is nothing else but what accounts are robbed with.
    """
    inside = range(claim.first, claim.last + 1)
    digits = {at for at in inside if reading.is_numeric(at)}
    for other in others:
        possible = claim.entity in ENTITIES or muted_everywhere(other.entity)
        if possible and other.first <= claim.last and claim.first <= other.last:
            whole = bool(digits) and may_be_number(claim.entity) and digits <= _places([other])
            first, last = (claim if whole else other).first, (claim if whole else other).last
            yield replace(other, first=max(claim.first, first), last=min(claim.last, last))


def _may_be_pins(reading: Reading, claims: Iterable[Claim]) -> Iterator[Claim]:
    """Passwords of so few digits that they may be PINs."""
    for claim in claims:
        said = (token.text for token in reading.conversation.tokens[claim.first : claim.last + 1])
        if "PIN" in with_pin(claim.entity, digits_in(said)):
            yield replace(claim, entity="PIN")


def _places(claims: Iterable[Claim]) -> set[int]:
    return {at for claim in claims for at in range(claim.first, claim.last + 1)}


@dataclass(frozen=True, slots=True)
class Rules:
    """What redaction follows: the policy, which knows the entities of the user's own recognizers, and these."""

    policy: Policy
    own: tuple[OwnRecognizer, ...]

    @property
    def fingerprint(self) -> str:
        """A hash of what they do, whatever their files are called."""
        told = [self.policy.fingerprint, *(one.description for one in self.own)]
        return hashlib.sha256("\n".join(told).encode()).hexdigest() if self.own else self.policy.fingerprint


def load_rules(settings: PiiSettings) -> Rules:
    """The rules of the settings, as their files are now. Raises SetupError."""
    own = tuple(own_recognizers(settings.recognizers))
    entities = {entity for one in own for entity in one.supported_entities}
    return Rules(load_policy(settings.policy, entities - ENTITIES.keys()), own)


def load_finder(settings: PiiSettings, policy: Policy, own: Sequence[OwnRecognizer] = ()) -> Finder:
    """The finder of the settings. Raises SetupError where its model does not load."""
    reviewer = None if settings.model == NONE else load_reviewer()
    return Finder(settings.threshold, policy, load_model(settings.model), reviewer, own)


def _recognizers(policy: Policy) -> tuple[list[EntityRecognizer], frozenset[str]]:
    """Those whose forms are looked for, and the entities of countries that are not: only they tell their forms apart."""
    made = [one for make in RECOGNIZERS if _asked_for(one := make(), policy)]
    off = [one for one in made if one.is_country_specific() and one.country_code() not in policy.countries]
    return [one for one in made if one not in off], frozenset(
        entity for one in off for entity in one.supported_entities
    )


def _asked_for(recognizer: EntityRecognizer, policy: Policy) -> bool:
    return any(entity not in OPT_IN or policy.redacts(entity) for entity in recognizer.supported_entities)


def _analyzer(engine: ConversationEngine, threshold: float, recognizers: list[EntityRecognizer]) -> AnalyzerEngine:
    analyzer = _Analyzer(
        registry=RecognizerRegistry(recognizers=recognizers),
        nlp_engine=engine,
        log_decision_process=False,
        default_score_threshold=threshold,
        supported_languages=["en"],
    )
    analyzer.context_aware_enhancer = ContextEnhancer()  # the constructor warns of engines without lemmas
    return analyzer


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


def _refutes(kept: Claim, other: Claim, counts: set[int]) -> bool:
    """Whether a likelier claim has more than the other (an IBAN, a street with its house number), or shows that the
    `counts` of digits, of the run and of its chain, are not the other's (a telephone number is no security code).
    """
    if not (kept.score > other.score and kept.first <= other.first and other.last <= kept.last):
        return False
    lengths = ENTITIES[other.entity].digits if other.entity in ENTITIES else frozenset()
    misfit = bool(lengths and counts) and lengths.isdisjoint(counts)
    return misfit or kept.last - kept.first > other.last - other.first


def _one_a_token(conversation: Conversation, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Each token goes to its last claim; neighbours of one entity in one segment become one claim.

    Nothing that any recognizer claimed is lost: where two overlap, the weaker keeps what the stronger leaves. Of the user's
    own, neighbours are two.
    Labels of an earlier redaction are no one's.
    """
    owners: dict[int, Claim] = {}
    for claim in claims:
        owners |= dict.fromkeys(range(claim.first, claim.last + 1), claim)
    current: Claim | None = None
    before: Claim | None = None  # the owner of the token before
    for at in sorted(at for at in owners if not conversation.tokens[at].is_label):
        owner = owners[at]
        another = owner.is_own and owner != before
        before = owner
        if current and not another and _continues(conversation, current, owner, at):
            source = owner if current.recognizer == ECHO else current
            current = Claim(current.entity, current.first, at, max(current.score, owner.score), source.recognizer)
            continue
        if current:
            yield current
        current = Claim(owner.entity, at, at, owner.score, owner.recognizer)
    if current:
        yield current


def _continues(conversation: Conversation, current: Claim, owner: Claim, at: int) -> bool:
    same_segment = conversation.tokens[current.last].segment == conversation.tokens[at].segment
    return current.entity == owner.entity and current.last == at - 1 and same_segment
