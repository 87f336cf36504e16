"""Names, places and organisations as a model finds them; what it says against the word lists does not count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.models import Named, NameModel
from pca_pipeline.pii.models.base import ENTITIES
from pca_pipeline.pii.names.cues import RELATIVES
from pca_pipeline.pii.names.people import STATED
from pca_pipeline.pii.names.shapes import (
    COMPANY_WORDS,
    CONTRACTED,
    base,
    is_abbreviation,
    is_nobody,
    is_place,
)
from pca_pipeline.pii.names.streets import find_streets
from pca_pipeline.pii.words.lexicon import (
    FILLERS,
    FUNCTION_WORDS,
    NOT_PEOPLE,
    TITLES,
    TWO_WORD_STATES,
    clear_first_name,
    clear_surname,
    first_names,
    is_formed,
    is_word,
    surnames,
    towns,
    word_set,
)
from pca_pipeline.pii.words.stream import Token

IN_PASSING = 0.3  # of a place that nobody says they live in: below the default threshold
_RESIDENCE = word_set("live lives living lived move moved moving reside resides born grew home house hometown")
_FROM = word_set("i'm am we're are he's she's is come comes came calling originally")
ZIP_DIGITS = 5
_NEAR = 5  # tokens between "live" and the town


class ModelRecognizer(EntityRecognizer):
    """Presidio's recognizer around a model of names."""

    def __init__(self, model: NameModel) -> None:
        super().__init__(supported_entities=list(ENTITIES), name=type(model).__name__)
        self._model = model

    def load(self) -> None:
        """Nothing to load: the model is."""

    def analyze(
        self,
        text: str,  # noqa: ARG002
        entities: list[str],
        nlp_artifacts: NlpArtifacts,
    ) -> list[RecognizerResult]:
        """Presidio's entry: results in characters of the text."""
        if not isinstance(nlp_artifacts, Reading):
            return []
        tokens = nlp_artifacts.conversation.tokens
        return [
            RecognizerResult(
                entity_type=one.entity,
                start=tokens[one.first].start,
                end=tokens[one.last].end,
                score=one.score,
                analysis_explanation=AnalysisExplanation(
                    type(self._model).__name__, one.score, textual_explanation="model"
                ),
            )
            for one in self._plausible(nlp_artifacts)
            if one.entity in entities
        ]

    def _plausible(self, reading: Reading) -> Iterator[Named]:
        named = list(self._model.find(reading.conversation))
        streets = tuple(find_streets(reading)) if any(found.entity == "LOCATION" for found in named) else ()
        for found in named:
            trimmed = _trimmed(reading, found)
            if trimmed is None or trimmed.entity == "PERSON" and not _may_be_person(reading, trimmed):
                continue
            passing = trimmed.entity == "LOCATION" and not _lived_in(reading, trimmed, streets)
            yield Named(trimmed.entity, trimmed.first, trimmed.last, IN_PASSING if passing else trimmed.score)


def _trimmed(reading: Reading, found: Named) -> Named | None:
    """Without function words, titles and labels at its ends."""
    tokens = reading.conversation.tokens
    first, last = found.first, found.last
    while first <= last and _cannot_end(tokens[first]):
        first += 1
    while last > first and _cannot_end(tokens[last]):
        last -= 1
    return Named(found.entity, first, last, found.score) if first <= last else None


def _cannot_end(token: Token) -> bool:
    word = base(token)
    listed = token.capital and word in first_names()
    small = token.cased and not token.capital and is_word(word)
    closed = word in FILLERS or word in FUNCTION_WORDS and not listed
    return token.is_label or token.norm in TITLES or small or closed


def _may_be_person(reading: Reading, found: Named) -> bool:
    """Whether a word of it looks like a name, and nothing around it says that it is a thing, a place or a company."""
    tokens, items = reading.conversation.tokens, reading.numbers.items
    inside = range(found.first, found.last + 1)
    before = reading.token(found.first - 1, tokens[found.first].turn)
    if before and before.norm in ("the", "a", "an", "any") and not clear_first_name(base(tokens[found.first])):
        return False
    if _numbered(reading, found.last) and not clear_first_name(base(tokens[found.first])):
        return False
    if is_place(reading, found.first, found.last) or any(base(tokens[at]) in COMPANY_WORDS for at in inside):
        return False
    if is_nobody(reading, found.first, found.last) or _of_words_only(reading, found):
        return False
    likely = _asked_for(reading, found) or len(inside) > 1 or before is not None and before.norm in RELATIVES
    return any(_like_name(tokens[at], likely) for at in inside if not items[at])


def _of_words_only(reading: Reading, found: Named) -> bool:
    """ "So brown bins are every other tuesday", "North Carolina": words alone, in text whose capitals say nothing."""
    inside = reading.conversation.tokens[found.first : found.last + 1]
    if len(inside) == 2 and (inside[0].norm, base(inside[1])) in TWO_WORD_STATES:
        return True
    plain = len(inside) > 1 and all(is_word(base(token)) and not token.cased for token in inside)
    before = reading.token(found.first - 1, inside[0].turn)
    called = before is not None and (
        before.norm in RELATIVES or before.norm in TITLES or base(inside[0]) in first_names()
    )
    return plain and not called and not _asked_for(reading, found)


def _numbered(reading: Reading, last: int) -> bool:
    """ "LaserPro M455", "Eliquis 5 mg": what has a number is a thing."""
    token = reading.conversation.tokens[last]
    following = reading.token(last + 1, token.turn)
    return following is not None and not token.after and any(map(str.isdigit, following.norm))


def _asked_for(reading: Reading, found: Named) -> bool:
    """Whether a name was asked for just now; "my name is" asks nothing."""
    asked = reading.asked(found.first, found.last, Ask.NAME)
    return asked is not None and asked.close and reading.conversation.tokens[asked.at].norm not in STATED


def _like_name(token: Token, likely: bool) -> bool:
    """Whether the lists and the way it is written let a word be a name; `likely` where others are beside it."""
    word = base(token)
    if (
        word in NOT_PEOPLE
        or len(word) < 2
        or word.endswith(CONTRACTED)
        or is_abbreviation(token)
        or any(map(str.isdigit, word))
    ):
        return False
    if token.cased and not token.capital:
        return clear_first_name(word) or clear_surname(word)
    listed = word in first_names() or word in surnames()
    if word in towns() and not listed:
        return likely
    return not (is_word(word) or is_formed(word)) or listed and (likely or token.capital and not token.opens)


def _is_somebody(token: Token) -> bool:
    """ "I'm in Billings", "my mother-in-law's in Kelowna"."""
    return (
        token.norm in ("i'm", "am", "we're", "he's", "she's") or base(token) in RELATIVES and token.norm.endswith("'s")
    )


def _lived_in(reading: Reading, found: Named, streets: Sequence[Span]) -> bool:
    """Whether a town was asked for, is said to be lived in, or comes after a street or in front of a ZIP code."""
    if reading.asked(found.first, found.last, Ask.ADDRESS, Ask.TOWN, Ask.ZIP):
        return True
    turn = reading.conversation.tokens[found.first].turn
    before = (reading.token(at, turn) for at in range(found.first - _NEAR, found.first))
    if any(token is not None and token.norm in _RESIDENCE for token in before):
        return True
    if any(0 < found.first - street.last <= _NEAR for street in streets):
        return True
    link, origin = reading.token(found.first - 1, turn), reading.token(found.first - 2, turn)
    if link and origin and (link.norm == "from" and origin.norm in _FROM or link.norm == "in" and _is_somebody(origin)):
        return True
    behind = range(found.last + 1, found.last + 3)
    return any(run.first in behind and len(run.digits) == ZIP_DIGITS for run in reading.numbers.runs)
