"""The words of each block of calls: complete after a load, gone after an erasure, and no search finds less by them."""

from __future__ import annotations

import pytest

from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import ask, erase, load, open_database, open_readonly, publish, stage
from pca_pipeline.warehouse.schema import CALL_TABLES
from pca_pipeline.web.library import Filters, list_calls
from tests.factories import Turn, make_call

SAID = {
    "first": "The tent, please. A BLUE one!",
    "second": "my tent is blue",
    "third": "the till[tent] leaks",
    "fourth": "a kettle",
}


def put(settings: Settings, call_id: str, text: str) -> None:
    """Stage and load a call in which the customer says it."""
    stage(make_call(call_id, turns=[Turn("customer", 1.0, text)]), settings.staged_folder)
    load(settings)


def words(settings: Settings) -> dict[int, list[str]]:
    """The words of each block."""
    with open_readonly(settings) as connection:
        rows = connection.execute("select block, words from vocabularies").fetchall()
    return {block: said.split(" ") for block, said in rows}


def part(settings: Settings) -> None:
    """Move the calls 2,000 numbers apart, as if many others had been loaded in between."""
    with open_database(settings) as connection:
        for table in CALL_TABLES:
            connection.execute(f"update {table} set call_number = call_number * 2000")
        connection.execute("delete from vocabularies")


@pytest.fixture
def apart(settings: Settings) -> Settings:
    """Calls in different blocks, all of which have their words."""
    for call_id, text in SAID.items():
        put(settings, call_id, text)
    part(settings)
    put(settings, "last", "goodbye")
    return settings


def test_a_block_has_each_word_once_in_small_letters(settings: Settings) -> None:
    """A load adds the words of new calls to those that are there."""
    put(settings, "first", "The bill and the BILL")
    put(settings, "second", "a tent")
    assert words(settings) == {0: ["a", "and", "bill", "tent", "the"]}


def test_words_of_a_replaced_call_go_with_it(settings: Settings) -> None:
    """A newer transcript may lack what an older one had not redacted."""
    put(settings, "first", "mistake")
    put(settings, "second", "tent")
    put(settings, "first", "correction")
    assert words(settings) == {0: ["correction", "tent"]}


def test_words_of_an_erased_call_are_gone(apart: Settings) -> None:
    """Words that only this call had are nowhere; the others are found as before."""
    erase(apart, call="fourth")
    assert "kettle" not in {word for said in words(apart).values() for word in said}
    assert len(ask("find", apart, {"text": "tent"}).rows) == 3


def test_each_block_of_calls_has_a_row(apart: Settings) -> None:
    """Also one whose calls came before there were such rows."""
    assert sorted(words(apart)) == [1, 3, 5, 7]


TEXTS = [
    "tent",
    "blue",
    "the",
    "tent blue",
    "the tent",
    "The  tent",
    "is blue",
    "e t",
    "till[",
    "kettle",
    "zebra",
    "zebra tent",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_search_finds_the_same_with_and_without_them(apart: Settings, text: str) -> None:
    """The words only say where nothing can be found."""

    def found() -> list[object]:
        publish(apart)
        places = [ask("find", apart, {"text": text, "match": match}).rows for match in ("phrase", "all", "any")]
        with open_readonly(apart) as connection:
            listed = list_calls(connection, Filters(text=text))
        return [*places, [row["call_id"] for row in listed.calls], listed.summary["calls"]]

    with_words = found()
    with open_database(apart) as connection:
        connection.execute("delete from vocabularies")
    assert found() == with_words


@pytest.mark.parametrize(("text", "blocks"), [("tent", [1, 3, 5]), ("kettle", [7]), ("zebra", [])])
def test_only_blocks_that_have_the_words_are_searched(apart: Settings, text: str, blocks: list[int]) -> None:
    """If the words of a block are removed, its calls are not found: this shows that the search uses them."""
    with open_database(apart) as connection:
        connection.execute("update vocabularies set words = '' where block = $1", [max(blocks, default=1)])
    publish(apart)
    assert len(ask("find", apart, {"text": text}).rows) == max(len(blocks) - 1, 0)
