"""What the second reading does with what was found: takes back what is nothing personal, adds what was missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from pca_pipeline.pii.asks import Ask
from pca_pipeline.pii.business import is_measure, is_toll_free
from pca_pipeline.pii.claims import Claim
from pca_pipeline.pii.echoes import ECHO
from pca_pipeline.pii.entities import ENTITIES, NUMERIC, muted_everywhere
from pca_pipeline.pii.lexicon import (
    NOT_PEOPLE,
    THINGS,
    TWO_WORD_NATIONS,
    WITHOUT_APOSTROPHE,
    first_names,
    is_word,
    surnames,
    towns,
    word_set,
)
from pca_pipeline.pii.misspelling import is_slip
from pca_pipeline.pii.names import FORMS_OF_ADDRESS, base, is_abbreviation, is_brand, is_quality, is_verb
from pca_pipeline.pii.reading import Reading
from pca_pipeline.pii.review.features import features
from pca_pipeline.pii.review.network import Floats, Network, read_networks
from pca_pipeline.pii.signs import JOINTS
from pca_pipeline.pii.spelling import Spelling
from pca_pipeline.pii.spoken import ORDINALS, is_list
from pca_pipeline.pii.stream import Token
from pca_pipeline.pii.things import is_thing

REFUTED = 0.1  # likelihood of being personal below which a claim is taken back
ADDED = 0.5  # and above which tokens that nobody claimed are claimed
STANDS = 0.7  # score from which a claim stands whatever the networks think, if accounts are robbed with what it is
ASKED_STANDS = 0.9  # and if it is another number, or the answer to a security question
CERTAIN = frozenset({"KnownNameRecognizer", "KnownNumberRecognizer"})
SHORTEST_PLURAL = 4  # letters
MOST_OF_A_JOURNEY = 5  # words in front of a town
WHOLE_NUMBER = 7  # digits that are no house's and no age
_WAITS = word_set("second seconds sec secs minute minutes moment")
_FIELDS = word_set("field fields box column section tag")
NAMES = frozenset({"PERSON", "LOCATION"})  # which companies are not
_ON_THE_WAY = word_set("to from via through in into out")
_JOURNEYS = word_set("""fly flying flew flown flight flights connecting connection layover landed landing departing departs arriving
    arrives boarding cruise ferry trip""")
_AGREED, _AGREED_ABROAD = word_set("yes yeah correct no right"), word_set("si sí oui ja da ok")
RECOGNIZER = "Reviewer"  # of what is added
NOTHING, COMPANY, BIRTH, SECRET = "", "ORGANIZATION", "DATE_OF_BIRTH", "SECURITY_ANSWER"
UNLEARNT = frozenset({COMPANY, "IP_ADDRESS", "MAC_ADDRESS"})


class Reviewer:
    """Reads a conversation once more, with its claims. Made once, used for every call."""

    def __init__(self, kinds: Sequence[str], networks: Sequence[Network]) -> None:
        self._kinds = tuple(kinds)
        self._networks = tuple(networks)
        self._blas = ThreadpoolController().select(internal_api="openblas")  # numpy's, not torch's
        self._company = np.array([kind == COMPANY for kind in kinds])
        self._number = np.array([kind in NUMERIC for kind in kinds])
        self._personal = np.array([kind not in (NOTHING, COMPANY) for kind in kinds])

    def review(
        self, reading: Reading, claims: Sequence[Claim], out: frozenset[str] = frozenset()
    ) -> tuple[list[Claim], list[Claim]]:
        """The claims that stand, some of them shorter, and new ones; none becomes an entity that is `out`.

        Echoes are neither: their source decides.
        """
        likely = self._likelihoods(reading, claims)
        left = (self._left(reading, claim, likely) for claim in claims if claim.recognizer != ECHO)
        kept = [_with_spelling(reading, self._named(claim, likely, out)) for claim in left if claim]
        added = (_with_spelling(reading, claim) for claim in self._added(reading, kept, likely))
        return kept, [claim for claim in added if claim.entity not in out and not _is_nobody(reading, claim)]

    def opinions(self, reading: Reading, claims: Sequence[Claim], found: Sequence[Claim]) -> Iterator[Claim]:
        """What else findings may be, part by part: each kind that the networks do not rule out."""
        likely = self._likelihoods(reading, claims)
        for claim in found:
            for first, last in _parts(reading, claim.first, claim.last):
                chances = likely[first : last + 1].mean(axis=0) * self._personal
                for kind in np.flatnonzero(chances > REFUTED).tolist():
                    yield Claim(self._kinds[kind], first, last, float(chances[kind]), RECOGNIZER)

    def _likelihoods(self, reading: Reading, claims: Sequence[Claim]) -> Floats:
        rows = features(reading, claims)
        with self._blas.limit(limits=1):
            likely: Floats = np.mean([network(rows) for network in self._networks], axis=0)
        return likely

    def _left(self, reading: Reading, claim: Claim, likely: Floats) -> Claim | None:
        """What is left of a claim: all of it, nothing, or of a name what is one."""
        if _beyond_review(claim) or _is_long_number(reading, claim):
            return claim
        something = self._personal if claim.entity in NAMES else self._personal | self._company
        stays = np.flatnonzero(likely[claim.first : claim.last + 1, something].sum(axis=1) > REFUTED)
        if not len(stays):
            return None
        cut = replace(claim, first=claim.first + int(stays[0]), last=claim.first + int(stays[-1]))
        return cut if claim.entity in NAMES else claim

    def _named(self, claim: Claim, likely: Floats, out: frozenset[str]) -> Claim:
        """A number that nothing said near it names, as what the networks hold it for, if they are surer."""
        if claim.entity not in NUMERIC or claim.score >= STANDS:
            return claim
        chances = likely[claim.first : claim.last + 1].mean(axis=0) * self._number
        kind = self._kinds[int(chances.argmax())]
        return replace(claim, entity=kind) if chances.max() > max(claim.score, ADDED) and kind not in out else claim

    def _added(self, reading: Reading, claims: Sequence[Claim], likely: Floats) -> Iterator[Claim]:
        """What nobody claimed and is likely personal, or a company: neighbours together, as what they likeliest are.

        Nothing where labels show that the text was redacted before: what was to be added then was.
        """
        tokens = reading.conversation.tokens
        if any(token.is_label for token in tokens):
            return
        taken = {at for claim in claims for at in range(claim.first, claim.last + 1)} | _nobodys(reading)
        for wanted in (self._personal, self._company):
            chance = likely[:, wanted].sum(axis=1)
            likely_places = np.flatnonzero(chance > ADDED).tolist()
            free = [at for at in likely_places if at not in taken and not _names_a_thing(reading, at)]
            for first, last in _stretches(free, [token.segment for token in tokens]):
                yield from self._added_stretch(reading, likely * wanted, first, last)

    def _added_stretch(self, reading: Reading, likely: Floats, first: int, last: int) -> Iterator[Claim]:
        """Neighbours as one claim, a number with all of its code; words and a whole number beside them are two."""
        claim = self._likeliest(reading, likely, first, last)
        parts = list(_parts(reading, first, last))
        whole = any(len(run.digits) >= WHOLE_NUMBER for run in reading.numbers.runs if first <= run.first <= last)
        if claim.entity in NUMERIC:
            yield _with_code(reading, claim)
        elif not whole or len(parts) == 1:
            yield claim
        else:
            yield from (self._likeliest(reading, likely, *part) for part in parts)

    def _likeliest(self, reading: Reading, likely: Floats, first: int, last: int) -> Claim:
        """What the stretch likeliest is; of a date of birth, with all of the date."""
        inside = likely[first : last + 1]
        kind = self._kinds[int(inside.sum(axis=0).argmax())]
        if kind == BIRTH:
            for date in reading.dates:
                if date.first <= last and first <= date.last:
                    first, last = min(first, date.first), max(last, date.last)
        return Claim(kind, first, last, float(inside.sum(axis=1).min()), RECOGNIZER)


def _with_spelling(reading: Reading, claim: Claim) -> Claim:
    """A name with all of what is spelled of it."""
    spellings = [reading.spelled[at] for at in (claim.first, claim.last) if at in reading.spelled]
    if claim.entity != "PERSON" or not spellings:
        return claim
    first, last = min(one.first for one in spellings), max(one.last for one in spellings)
    return replace(claim, first=min(claim.first, first), last=max(claim.last, last))


def _parts(reading: Reading, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The numbers in tokens [first, last], and the words between them."""
    begin = first
    for at in range(first + 1, last + 2):
        if at > last or reading.is_numeric(at) != reading.is_numeric(begin):
            yield begin, at - 1
            begin = at


def _with_code(reading: Reading, claim: Claim) -> Claim:
    """A claim with the rest of the codes that it begins and ends in: "J" and "Jack, 52" are both "J as in Jack, 52"."""
    codes = [code for at in (claim.first, claim.last) if (code := reading.code_at(at)) and not is_thing(reading, code)]
    first, last = (code.first for code in codes), (code.last for code in codes)
    return replace(claim, first=min(claim.first, *first), last=max(claim.last, *last)) if codes else claim


def _nobodys(reading: Reading) -> set[int]:
    """Tokens that are nobody's: numbers that firms pay for (no digits are read), "one second", the word in "Order 88213",
    the field of a form, letters of a kind of number ("P P S number"), limits ("250/500"), "one" in "the second one is", a yes in another tongue.
    """
    tokens = reading.conversation.tokens
    runs = (run for run in reading.numbers.runs if run.meaning and is_toll_free(run.digits))
    waits = {at for at, after in enumerate(tokens[1:]) if after.norm in _WAITS and reading.numbers.items[at]}
    naming = {at for at in reading.naming if reading.is_numeric(at + 1)}
    fields = {at for at, token in enumerate(tokens) if token.norm in _FIELDS and at - 1 in reading.naming}
    numbers = {at for run in runs for at in range(run.first, run.last + 1)}
    ones = {at for at, token in enumerate(tokens) if token.norm == "one" and not reading.is_numeric(at)}
    limits = {at for at, token in enumerate(tokens) if "/" in token.norm and is_measure(token.norm)}
    kinds = {at for one in reading.letters if _names_a_kind(reading, one) for at in range(one.first, one.last + 1)}
    ordinals = {at - 1 for at in ones if at and tokens[at - 1].norm in ORDINALS}
    agreed = {at for at, after in enumerate(tokens[1:]) if after.norm in _AGREED and tokens[at].norm in _AGREED_ABROAD}
    return numbers | limits | kinds | waits | {at + 1 for at in waits} | naming | fields | ones | ordinals | agreed


def _names_a_kind(reading: Reading, letters: Spelling) -> bool:
    behind = reading.token(letters.last + 1, reading.conversation.tokens[letters.last].turn)
    return behind is not None and behind.norm == "number" and not reading.conversation.tokens[letters.last].after


def _names_a_thing(reading: Reading, at: int) -> bool:
    """Whether a word is part of a brand that is called like a person, or follows one, or is a verb that is also a name."""
    return any(is_brand(reading, at - back) for back in range(min(at, 2) + 1)) or is_verb(reading, at)


def _is_nobody(reading: Reading, claim: Claim) -> bool:
    """Whether what looks like a name are everyday words that nobody asked for, or says how somebody is."""
    said = reading.conversation.tokens[claim.first : claim.last + 1]
    if claim.entity == "LOCATION":
        if _is_travelled(reading, claim.first):
            return True
        other = is_word(said[0].norm) or said[0].norm in THINGS  # "I'm in traffic", "by Zelle"
        return (
            len(said) == 1
            and other
            and said[0].norm not in towns()
            and not reading.asked(claim.first, claim.last, Ask.TOWN, Ask.ADDRESS)
        )
    if claim.entity != "PERSON":
        return False
    if len(said) == 1 and is_quality(reading, claim.first):
        return True
    customers = reading.conversation.turn_of(claim.first).role == "customer"
    if customers and reading.asked(claim.first, claim.last, Ask.NAME):
        return False
    hasty = _lacks_apostrophe(said[0].norm) and not said[0].capital
    following = reading.token(claim.last + 1, said[0].turn)
    nation = following is not None and (said[0].norm, following.norm) in TWO_WORD_NATIONS
    alone = len(said) == 1 and (nation or hasty or _is_no_name(said[0]) or _is_small_word(reading, claim.first))
    return alone or all(is_slip(token.norm) for token in said)


def _is_travelled(reading: Reading, at: int) -> bool:
    """Whether a town is where a journey begins or ends: "I flew from Boise to Reno"."""
    tokens = reading.conversation.tokens
    before = [token for token in tokens[max(0, at - MOST_OF_A_JOURNEY) : at] if token.turn == tokens[at].turn]
    words = [token.norm for token in before]
    return bool(words) and words[-1] in _ON_THE_WAY and not _JOURNEYS.isdisjoint(words) and not before[-1].after


def _is_no_name(token: Token) -> bool:
    """A brand, an abbreviation or a form of address: "Geico", "ROKMDA", "Brigadier"."""
    name = base(token)
    listed = name in first_names() or name in surnames()
    capitals = len(name) > 1 and token.text.isupper() and is_abbreviation(token)
    thing = capitals or name in NOT_PEOPLE and not is_word(name)
    return name in FORMS_OF_ADDRESS or thing and not listed


def _lacks_apostrophe(word: str) -> bool:
    """ "Itll", "wifes", "branchs": a word with an ending, as it is typed in haste."""
    return word in WITHOUT_APOSTROPHE or word.endswith("s") and is_word(word[:-1]) and len(word) > SHORTEST_PLURAL


def _is_small_word(reading: Reading, at: int) -> bool:
    """Whether an ordinary word among others lacks the capital that names have around it: "live long and prosper"."""
    token = reading.conversation.tokens[at]
    beside = [reading.token(near, token.turn) for near in (at - 1, at + 1)]
    among = all(one is None or is_word(one.norm) and one.norm not in JOINTS for one in beside)
    return among and token.cased and not token.capital and is_word(token.norm)


def _beyond_review(claim: Claim) -> bool:
    """Companies, what the record names, and what was asked for and robs an account, or fits its question in every way.

    So is what the networks never learnt.
    """
    if claim.entity in UNLEARNT or claim.entity not in ENTITIES or claim.recognizer in CERTAIN:
        return True
    return (
        claim.score >= STANDS
        and muted_everywhere(claim.entity)
        or claim.score >= ASKED_STANDS
        and (claim.entity in NUMERIC or claim.entity == SECRET)
    )


def _is_long_number(reading: Reading, claim: Claim) -> bool:
    """A long number in pairs, or one that is all a customer says: the networks, which read no digits, see an amount.

    What may be a list of times, prices or sizes is theirs to tell.
    """
    if claim.entity not in NUMERIC:
        return False
    run = next((run for run in reading.numbers.runs if claim.first <= run.first <= claim.last), None)
    if run is None or len(run.digits) < WHOLE_NUMBER or run.meaning:
        return False
    customers = reading.conversation.turn_of(claim.first).role == "customer"
    all_said = customers and reading.alone(claim.first, claim.last) and not is_list(run.items)
    return run.in_pairs or all_said


def _stretches(places: Sequence[int], segments: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbours in one segment together, [first, last]."""
    first = last = -1
    for at in places:
        if first >= 0 and at == last + 1 and segments[at] == segments[last]:
            last = at
            continue
        if first >= 0:
            yield first, last
        first = last = at
    if first >= 0:
        yield first, last


@cache
def load_reviewer() -> Reviewer:
    """The networks that ship with the product."""
    kinds, networks = read_networks(Path(str(files("pca_pipeline.pii.review") / "networks.npz")))
    return Reviewer(kinds, networks)
