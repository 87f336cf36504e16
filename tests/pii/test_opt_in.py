"""Dates and web addresses, which only some policies name."""

from __future__ import annotations

import pytest

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.finder import load_finder
from pca_pipeline.pii.policy import load_policy
from pca_pipeline.pii.redaction import Redactor
from pca_pipeline.settings import PiiSettings, load_settings
from tests.pii.conftest import Found, Turns, call, finding


@pytest.fixture(scope="session")
def hipaa() -> Found:
    """What the recognizers find under the policy that names both."""
    return finding(load_finder(PiiSettings(model="none"), load_policy("hipaa")))


def asked(question: str, answer: str) -> Turns:
    """An agent's question and the customer's answer."""
    return [("agent", question), ("customer", answer)]


def said(text: str) -> Turns:
    """One sentence of a customer."""
    return [("customer", text)]


DATES = [
    (said("Pt was admitted 02/17/2025, labs on Feb. 3"), ["02/17/2025", "Feb. 3"]),
    (said("he came home December the 19th and died in february"), ["December the 19th", "february"]),
    (said("the surgery is the second of february twenty twenty four"), ["the second of february twenty twenty four"]),
    (said("we were there from june fourth through the eighth"), ["june fourth through the eighth"]),
    (
        said("can we do Tuesday, the 11th of May or Thursday the 13th"),
        ["Tuesday, the 11th of May", "Thursday the 13th"],
    ),
    (said("i called on the twenty ninth and nobody answered"), ["the twenty ninth"]),
    (said("is the 22nd still open?"), ["the 22nd"]),
    (said("it started mid-March, then again in may"), ["mid-March", "may"]),
    (said("see you on the first"), ["the first"]),
    (said("Hospital stay 8/3-8/7, labs drawn 1/9, out 9/9"), ["8/3-8/7", "1/9", "9/9"]),
    (said("appt w/ dr 11/24 2pm"), ["11/24"]),
    (said("infusions on 4/6 and scheduled 5/6"), ["4/6", "5/6"]),
    (said("seen 2024-11-08 or 2024/11/09"), ["2024-11-08", "2024/11/09"]),
    (said("it was three slash four slash twenty four"), ["three slash four slash twenty four"]),
    (said("the accident was ten fourteen twenty four i think"), ["ten fourteen twenty four"]),
    (said("between Thanksgiving and New Year's Eve"), ["Thanksgiving", "New Year's Eve"]),
    (said("on April 2nd and 16th, then the 30th"), ["April 2nd and 16th", "the 30th"]),
    (said("diagnosed 03/2024 and again 11/2025"), ["03/2024", "11/2025"]),
    (said("it was the 5th today and the 9th already"), ["the 5th", "the 9th"]),
    (asked("And what date was the surgery?", "oh three fourteen"), ["oh three fourteen"]),
    (asked("What day did it start?", "The twenty sixth."), ["The twenty sixth"]),
]
ADDRESSES = [
    (said("see https://www.jane-miller.com/gallery?x=1, ok"), ["https://www.jane-miller.com/gallery?x=1"]),
    (said("It's at www.thepatelfamilyblog.com."), ["www.thepatelfamilyblog.com"]),
    (said("look at ridgelinechess.club and drkwan.ca/booking"), ["ridgelinechess.club", "drkwan.ca/booking"]),
    (said("yeah it's w w w dot my paintings dot net"), ["w w w dot my paintings dot net"]),
    (said("www dot harlow gardens dot co dot uk"), ["www dot harlow gardens dot co dot uk"]),
    (said("my site is the little bakery on main dot com"), ["the little bakery on main dot com"]),
    (said("sunny side preschool dot net slash gallery"), ["sunny side preschool dot net slash gallery"]),
    (said("open https colon slash slash lighthouse dot app"), ["https colon slash slash lighthouse dot app"]),
    (said("it's on flickr dot com forward slash about dash us"), ["flickr dot com forward slash about dash us"]),
    (said("kumar ceramics dot shop"), ["kumar ceramics dot shop"]),
    (said("I post on Harbor Photography.com"), ["Harbor Photography.com"]),
]
NEITHER = [
    "I may need another form, may I ask why? It may march on.",
    "march over there, we'll march right in, the march of time",
    "One second please, on the second page, the first one, the third time",
    "we're on the fourth floor, he's on the 3rd shift, at 5th and Main",
    "eleven to twelve business days, half past three, 10:15 or 11",
    "about 2/3 of it, a 1/2 inch gap, 3/4 inch pipe, 8/10 on that survey",
    "20/2024 vision, 3/204, on the 5th try, the 9th level",
    "open 24/7, split 60/40, fifty fifty, 120/80",
    "version 3.4.2, build 10.15.7, $3.40 on two of them",
    "see you Monday, or next Tuesday, every second Friday",
    "back in 2021, in twenty nineteen, the 90s, since 1998, Q3 2023",
    "in two weeks, every other month, twice last year",
    "dot the i's, on the dot, dot dot dot, the red dot in the corner",
    "the dot com bubble, a dot matrix printer, a polka dot shop",
    "thanks.I will, ok.so what, said no.me neither, e.g. a.m. etc.and so on, Node.js",
    "two point five, gross and net, info on the account",
    "a seventh of it, my first and second choice, the 14th largest",
]


@pytest.mark.parametrize(("turns", "values"), DATES)
def test_dates_are_found_whole(hipaa: Found, turns: Turns, values: list[str]) -> None:
    """In any order, in figures and in words, alone and in ranges, with their weekday."""
    assert [text for entity, text in hipaa(turns) if entity == "DATE"] == values


@pytest.mark.parametrize(("turns", "values"), ADDRESSES)
def test_web_addresses_are_found_whole(hipaa: Found, turns: Turns, values: list[str]) -> None:
    """Written and said, with what leads to them and the path behind."""
    assert [text for entity, text in hipaa(turns) if entity == "URL"] == values


@pytest.mark.parametrize("text", NEITHER)
def test_what_only_sounds_alike_stays(hipaa: Found, text: str) -> None:
    """Verbs, counts, fractions, times, years, weekdays and dots."""
    assert not {entity for entity, _ in hipaa(said(text))} & {"DATE", "URL"}


@pytest.mark.parametrize(
    ("turns", "entity", "value"),
    [
        (said("she was born on March 4th, 1982"), "DATE_OF_BIRTH", "March 4th, 1982"),
        (asked("When does the card expire?", "April 2031"), "CARD_EXPIRY", "April 2031"),
        (said("write to john dot smith at gmail dot com"), "EMAIL_ADDRESS", "john dot smith at gmail dot com"),
        (said("it's kim@kimsblog.com"), "EMAIL_ADDRESS", "kim@kimsblog.com"),
    ],
)
def test_what_is_more_than_a_date_or_an_address_keeps_its_name(
    hipaa: Found, turns: Turns, entity: str, value: str
) -> None:
    """Birthdays, expiry dates and e-mail addresses."""
    assert (entity, value) in hipaa(turns)
    assert not {one for one, _ in hipaa(turns)} & {"DATE", "URL"}


@pytest.mark.parametrize("policy", ["strict", "pci", "gdpr"])
def test_nobody_looks_for_them_where_no_policy_names_them(policy: str) -> None:
    """Business dates and a firm's web site are no personal data."""
    find = finding(load_finder(PiiSettings(model="none"), load_policy(policy)))
    assert find(said("due on March 4th, the link is www.harborbank.com slash help")) == []


def test_they_are_muted_on_the_speakers_channel() -> None:
    """In the audio as in the text, and nowhere else."""
    segments = call(
        [("agent", "Go on."), ("customer", "I was admitted March 4th and the blog is www.quietharbor.net now")]
    )
    redaction = Redactor(load_settings(pii={"policy": "hipaa", "model": "none"})).redact(segments, KnownIdentity())
    assert redaction.segments[1].text == "I was admitted <DATE> and the blog is <URL> now"
    assert [(span.channel, span.entities) for span in redaction.mute_spans] == [(0, ("DATE",)), (0, ("URL",))]
