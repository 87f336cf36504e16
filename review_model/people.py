"""Made-up people, places and organisations: names as people of many countries bear them, and names nobody bears."""

from __future__ import annotations

import importlib
import pkgutil
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from random import Random

import faker.providers.person

from pca_pipeline.pii.words.lexicon import FUNCTION_WORDS, first_names, surnames, towns, words
from pca_pipeline.pii.words.lexicon import STATES as _STATES

STATES = (*(state.title() for state in sorted(_STATES)), *"Ireland Scotland Wales Germany Portugal Nigeria".split())
_STREETS = "Street Street Avenue Road Road Drive Lane Court Boulevard Way Close Place Terrace Parkway".split()
_SHOPS = """Plumbing Roofing Motors Dental Pharmacy Bakery Electric Logistics Freight Catering Landscaping Construction Realty
    Consulting Cleaners Flooring Optical Veterinary Brewing Textiles Hardware Foods Furniture Farms""".split()
_HOUSES = """Bank|Credit Union|Savings Bank|Insurance|Mutual|Life|Health|Health Plan|Hospital|Medical Center|Clinic|University|College|
    Elementary School|High School|Wireless|Telecom|Mobile|Energy|Water|Gas and Electric|Airlines|Air|Hotels|Rentals|Group|Partners|
    Financial|Trust|Capital|Building Society|Council|Electronics|Systems|Software|Stores|Supermarket|Books|Outfitters|Media|Cable|Fiber
    """.replace("\n    ", "").strip().split("|")  # fmt: skip
_FIRST_PARTS = """First National|First|Community|United|Liberty|Pacific|Atlantic|Northern|Southern|Western|Eastern|Great Lakes|Summit|
    Pioneer|Heritage|Golden|Blue River|Green Valley|Red Rock|Silver|Evergreen|Horizon|Beacon|Harbor|Metro|City|County|Central|National|
    General|American|British|Royal|Citizens|Peoples|Premier|Star|Eagle|Falcon|Oak|Cedar|Maple Leaf|Sunrise|Bright|Clear|True|Prime|Apex|
    Nova|Alpha|Delta|Omni|Inter|Trans|Saint Mary's|Saint Luke's|Mercy|Grace|Good Shepherd|Mountain|Prairie|Lakeside|Riverside|Coastal
    """.replace("\n    ", "").strip().split("|")  # fmt: skip
_MEDICINES = """pril olol statin sartan dipine prazole cillin mycin oxetine triptan afil gliptin gliflozin tidine azepam idone mab
    parin xaban cycline azole vir formin thyroxine barbital profen caine steride lukast setron""".split()
_ENDINGS = "ix ia ora exo ify ly on us ant era ino ana ada tel net link soft corp".split()


@cache
def first_pool() -> tuple[str, ...]:
    """First names of all of Faker's locales that are written in Latin letters."""
    return _pool("first_names", "first_names_female", "first_names_male")


@cache
def surname_pool() -> tuple[str, ...]:
    """Surnames of all of Faker's locales that are written in Latin letters."""
    return _pool("last_names")


@cache
def place_pool() -> tuple[str, ...]:
    """Towns of the United States, Canada and the United Kingdom."""
    return tuple(sorted(town.title() for town in towns()))


def first_name(rng: Random) -> str:
    """A first name: mostly a common one, at times one that is a word, a rare one, or one that nobody bears."""
    kind = rng.random()
    if kind < 0.5:
        return rng.choice(_listed_first()).title()
    if kind < 0.62:
        return rng.choice(_word_first()).title()
    return rng.choice(first_pool()) if kind < 0.85 else _made_up(first_pool(), rng)


def surname(rng: Random) -> str:
    """A surname, of the same kinds."""
    kind = rng.random()
    if kind < 0.5:
        return rng.choice(_listed_surnames()).title()
    if kind < 0.65:
        return rng.choice(_word_surnames()).title()
    if kind < 0.7:
        return f"{rng.choice(_listed_surnames()).title()}-{rng.choice(_listed_surnames()).title()}"
    return rng.choice(surname_pool()) if kind < 0.85 else _made_up(surname_pool(), rng)


def place(rng: Random) -> str:
    """A town."""
    return rng.choice(place_pool()) if rng.random() < 0.85 else _made_up(place_pool(), rng)


def street(rng: Random) -> str:
    """A street and its kind."""
    name = rng.choice((rng.choice(_listed_surnames()).title(), rng.choice(_FIRST_PARTS), rng.choice(place_pool())))
    return f"{name} {rng.choice(_STREETS)}"


def organisation(rng: Random) -> str:
    """A company or an institution."""
    owner = rng.choice((surname(rng), surname(rng), first_name(rng) + "'s"))
    made = (
        lambda: f"{rng.choice(_FIRST_PARTS)} {rng.choice(_HOUSES)}",
        lambda: f"{rng.choice(_FIRST_PARTS)} {rng.choice(_HOUSES)}",
        lambda: f"{owner} {rng.choice(_SHOPS)}",
        lambda: f"{owner} and {rng.choice(('Sons', 'Daughters', surname(rng), 'Company', 'Partners'))}",
        lambda: f"{place(rng)} {rng.choice(_HOUSES)}",
        lambda: f"University of {place(rng)}",
        lambda: rng.choice(_FIRST_PARTS).split()[0] + rng.choice(_ENDINGS),
        lambda: _made_up(place_pool(), rng)[:4].title() + rng.choice(_ENDINGS),
        lambda: (
            f"{''.join(rng.choices('ABCDEFGHKLMNPRSTV', k=3))}" + rng.choice(("", " Bank", " Insurance", " Energy"))
        ),
        lambda: f"{rng.choice(_FIRST_PARTS)} {rng.choice(_SHOPS)} {rng.choice(('Inc', 'Limited', 'LLC', 'Group'))}",
    )
    return rng.choice(made)()


def brand(rng: Random) -> str:
    """A word that is no name of a person: what products, drugs and shops are called."""
    kind = rng.random()
    if kind < 0.35:
        return _made_up(place_pool(), rng)[: rng.randrange(4, 9)].title() + rng.choice(("", *_ENDINGS))
    if kind < 0.55:
        return "".join(rng.choices("ABCDEGHKLMNPRSTVXZ", k=rng.randrange(2, 5)))
    if kind < 0.75:
        return rng.choice(sorted(words())).title()
    return rng.choice((place(rng), surname(rng), first_name(rng), rng.choice(_FIRST_PARTS).split()[0]))


def medicine(rng: Random) -> str:
    """A medicine by its substance, or by a brand's name; often without a capital, as recognition writes substances."""
    if rng.random() < 0.3:
        return _made_up(place_pool(), rng)[: rng.randrange(4, 8)].title() + rng.choice("a o ia ex il ra va".split())
    made = _made_up(place_pool(), rng)[: rng.randrange(3, 6)].lower() + rng.choice(_MEDICINES)
    return made if rng.random() < 0.6 else made.title()


@cache
def _listed_first() -> tuple[str, ...]:
    return tuple(sorted(first_names() - words() - FUNCTION_WORDS))


@cache
def _word_first() -> tuple[str, ...]:
    return tuple(sorted((first_names() & words()) - FUNCTION_WORDS))


@cache
def _listed_surnames() -> tuple[str, ...]:
    return tuple(sorted(surnames() - words() - FUNCTION_WORDS))


@cache
def _word_surnames() -> tuple[str, ...]:
    return tuple(sorted((surnames() & words()) - FUNCTION_WORDS))


def _pool(*attributes: str) -> tuple[str, ...]:
    found: set[str] = set()
    for locale in pkgutil.iter_modules(faker.providers.person.__path__):
        provider = importlib.import_module(f"{faker.providers.person.__name__}.{locale.name}").Provider
        for attribute in attributes:
            names = getattr(provider, attribute, ())
            found |= {_plain(str(name)) for name in names} if isinstance(names, Iterable) else set()
    return tuple(sorted(name for name in found if re.fullmatch(r"[A-Z][a-zA-Z'-]+", name)))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


def _made_up(names: tuple[str, ...], rng: Random) -> str:
    """A name of a chain of letters, each chosen by the two before it."""
    following = _chain(names)
    for _ in range(20):
        made = "^^"
        while len(made) < 14 and not made.endswith("$"):
            made += rng.choice(following[made[-2:]])
        name = made.strip("^$")
        if len(name) > 3 and name.isalpha() and name not in words():
            return name.title()
    return rng.choice(names)


@cache
def _chain(names: tuple[str, ...]) -> dict[str, str]:
    following: dict[str, list[str]] = defaultdict(list)
    for name in names:
        text = f"^^{name.lower()}$"
        for at in range(2, len(text)):
            following[text[at - 2 : at]].append(text[at])
    return {pair: "".join(signs) for pair, signs in following.items()}
