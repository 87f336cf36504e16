"""What the second reading does with what was found: takes back what is nothing personal, adds what was missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from pca_pipeline.pii.claims import Claim
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.entities import ENTITIES, NUMERIC, muted_everywhere
from pca_pipeline.pii.repeats.echoes import ECHO
from pca_pipeline.pii.review.features import features
from pca_pipeline.pii.review.network import Floats, Network, read_networks
from pca_pipeline.pii.review.nobody import is_nobody, names_a_thing, nobodys
from pca_pipeline.pii.words.number_words import is_list

REFUTED = 0.1  # likelihood of being personal below which a claim is taken back
ADDED = 0.5  # and above which tokens that nobody claimed are claimed
STANDS = 0.7  # score from which a claim stands whatever the networks think, if accounts are robbed with what it is
ASKED_STANDS = 0.9  # and if it is another number, or the answer to a security question
CERTAIN = frozenset({"KnownNameRecognizer", "KnownNumberRecognizer"})
WHOLE_NUMBER = 7  # digits that are no house's and no age
NAMES = frozenset({"PERSON", "LOCATION"})  # which companies are not
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
        kept += [claim for claim in claims if claim.recognizer != ECHO and _has_partner(reading, claim, kept)]
        added = (_with_spelling(reading, claim) for claim in self._added(reading, kept, likely))
        return kept, [claim for claim in added if claim.entity not in out and not is_nobody(reading, claim)]

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
        taken = {at for claim in claims for at in range(claim.first, claim.last + 1)} | nobodys(reading)
        for wanted in (self._personal, self._company):
            chance = likely[:, wanted].sum(axis=1)
            likely_places = np.flatnonzero(chance > ADDED).tolist()
            free = [at for at in likely_places if at not in taken and not names_a_thing(reading, at)]
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
    codes = [code for at in (claim.first, claim.last) if (code := reading.code_at(at)) and not reading.is_thing(code)]
    first, last = (code.first for code in codes), (code.last for code in codes)
    return replace(claim, first=min(claim.first, *first), last=max(claim.last, *last)) if codes else claim


def _beyond_review(claim: Claim) -> bool:
    """Companies, what the record names, and what was asked for and robs an account, or fits its question in every way.

    So is what the networks never learnt, and what a recognizer of the user's own finds.
    """
    if claim.entity in UNLEARNT or claim.entity not in ENTITIES or claim.recognizer in CERTAIN or claim.is_own:
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


def _has_partner(reading: Reading, claim: Claim, kept: Sequence[Claim]) -> bool:
    """Whether a name that was taken back is one of two, and the other stands: "daisy and basil"."""
    if claim.entity != "PERSON" or any(one.first <= claim.last and claim.first <= one.last for one in kept):
        return False
    names, tokens = [one for one in kept if one.entity == "PERSON"], reading.conversation.tokens
    behind = any(one.last == claim.first - 2 for one in names) and tokens[claim.first - 1].norm == "and"
    return behind or any(one.first == claim.last + 2 for one in names) and tokens[claim.last + 1].norm == "and"


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
