"""What a search finds, and that the terminal, the list of calls and a call's page mark the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pca_pipeline.call import Interval, IntervalKind, Participant, Role
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import ask, load, open_readonly, publish, seek, stage
from pca_pipeline.warehouse.database import open_database
from pca_pipeline.warehouse.word_pairs import pair_bits, words_of
from pca_pipeline.web.library import Filters, find_call, list_calls
from pca_pipeline.web.marks import excerpt
from tests.factories import CUSTOMER, Turn, agent, make_call, queue

SAID = (
    "It's <ACCOUNT_NUMBER>. Fine, thanks",
    "my account is not it’s",
    "well - fine … thanks",
    "fine <PERSON> thanks",
    "twenty-five 100% <PERSON:k3f9abcdefgh2345>",
)


@pytest.fixture
def said(settings: Settings) -> Settings:
    """One call in which the customer says all of it."""
    stage(make_call(turns=[Turn("customer", 10.0 * n, text) for n, text in enumerate(SAID)]), settings.staged_folder)
    load(settings)
    publish(settings)
    return settings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("account", ["my »account« is not it’s"]),
        ("number", []),
        ("person", []),
        ("k3f9", []),
        ("<person", ["fine »<PERSON«> thanks", "twenty-five 100% »<PERSON«:k3f9abcdefgh2345>"]),
        ("fine thanks", ["It's <ACCOUNT_NUMBER>. »Fine, thanks«", "well - »fine … thanks«"]),
        ("Fine, Thanks!", ["It's <ACCOUNT_NUMBER>. »Fine, thanks«", "well - »fine … thanks«"]),
        ("fine <PERSON> thanks", ["»fine <PERSON> thanks«"]),
        ("it’s", ["»It's« <ACCOUNT_NUMBER>. Fine, thanks", "my account is not »it’s«"]),
        ("it's", ["»It's« <ACCOUNT_NUMBER>. Fine, thanks", "my account is not »it’s«"]),
        ("twenty five", ["»twenty-five« 100% <PERSON:k3f9abcdefgh2345>"]),
        ("100%", ["twenty-five »100%« <PERSON:k3f9abcdefgh2345>"]),
        ("%", ["twenty-five 100»%« <PERSON:k3f9abcdefgh2345>"]),
        ("1%0", []),
        ("tw_nty five", []),
        ("thanks fine", []),
        ("account is n", ["my »account is n«ot it’s"]),
        ("ccount is not", []),
        ("count", ["my ac»count« is not it’s"]),
        ("account is is not", []),
        ("…", ["well - fine »…« thanks"]),
        ("a\0b", []),
    ],
)
def test_words_are_found_as_they_were_said(said: Settings, text: str, found: list[str]) -> None:
    """Whatever punctuation is between them. A label was not said, and is found only as a label."""
    assert [row[5] for row in ask("find", said, {"text": text}).rows] == found
    pieces = [excerpt(line.replace("»", "").replace("«", ""), text) for line in found]
    assert ["".join(f"»{piece}«" if is_hit else piece for piece, is_hit in one) for one in pieces] == found
    with open_readonly(said) as connection:
        assert list_calls(connection, Filters(text=text)).summary["calls"] == bool(found)
        page = find_call(connection, "call-1", text)
    assert page is not None
    assert sum(any(word.is_hit for word in one["words"]) for one in page.segments) == len(found)


@pytest.mark.parametrize(
    ("text", "match", "found"),
    [
        ("thanks, fine", "all", [0, 2, 3]),
        ("number thanks", "all", []),
        ("number it’s", "any", [0, 1]),
        ("number it’s", "all", []),
        ("it’s fine", "all", [0]),
    ],
)
def test_words_apart_are_found_likewise(said: Settings, text: str, match: str, found: list[int]) -> None:
    """Parts of labels are not found, either."""
    rows = ask("find", said, {"text": text, "match": match}).rows
    assert [re.sub("[»«]", "", row[5]) for row in rows] == [SAID[number] for number in found]
    assert all("»" in row[5] for row in rows)


@pytest.mark.parametrize(
    ("phrase", "few"),
    [("fine thanks a lot", True), ("100% off it", True), ("account", False), ("it's", False), ("a b", False)],
)
def test_a_phrase_is_looked_for_in_few_texts(phrase: str, few: bool) -> None:
    """In those that have its pairs of words; a part of a word has none."""
    assert (seek(phrase).pairs > 0) == few
    assert not seek(phrase, "all").pairs
    assert not seek(phrase, "any").pairs


_TALK = st.text(st.sampled_from("ab c'’-.<>é1_%\N{NO-BREAK SPACE}"), max_size=30)


@example("cé ab", 1, 30)  # its first word is a part of one
@given(_TALK, st.integers(0, 29), st.integers(1, 30))
def test_no_text_that_has_a_phrase_is_passed_over(text: str, first: int, length: int) -> None:
    """Whatever piece of it is looked for."""
    sought = seek(text[first : first + length])
    bare = re.sub(sought.label, "<>", text.lower())
    assume(re.search(sought.pattern, bare))
    assert pair_bits(words_of(text)) & sought.pairs == sought.pairs


@pytest.mark.parametrize(("pairs", "found"), [("null", 2), ("0", 0)])
def test_only_texts_that_may_have_the_pairs_are_read(said: Settings, pairs: str, found: int) -> None:
    """Those with none of a phrase's are passed over; those of a database that was written before there were any are not."""
    with open_database(said) as connection:
        connection.execute(f"update segments set pairs = {pairs}")
    publish(said)
    assert len(ask("find", said, {"text": "fine, thanks"}).rows) == found
    assert bool(ask("find", said, {"text": "thanks"}).rows)
    with open_readonly(said) as connection:
        assert list_calls(connection, Filters(text="fine, thanks")).summary["calls"] == bool(found)


def test_an_agent_is_asked_for_by_name_or_id(settings: Settings) -> None:
    """As she is named in reports. A call for which her telephone only rang is not hers."""
    nameless = Participant("agent_1", Role.AGENT, "a7")
    talk = Interval(IntervalKind.TALK, "agent_1", 0, 20)
    rang = Interval(IntervalKind.ALERT, "agent_2", 0, 5)
    stage(
        make_call(
            "spoke", participants=(CUSTOMER, queue(1, "Billing"), nameless, agent(2, "Bob")), intervals=(talk, rang)
        ),
        settings.staged_folder,
    )
    load(settings)
    assert [row[0] for row in ask("find", settings, {"text": "bill", "agent": "A7"}).rows] == ["spoke"]
    assert ask("find", settings, {"text": "bill", "agent": "Bob"}).rows == ()


def test_marks_are_none_of_the_text(said: Settings) -> None:
    """Without the marks, the text is what was said."""
    for text in ("e", "<", "i n"):
        for row in ask("find", said, {"text": text}).rows:
            assert re.sub("[»«]", "", row[5]) in SAID
