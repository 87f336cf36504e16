from __future__ import annotations

import pytest

from pca_pipeline.pii.words.number_words import Kind, items_of, spell_out


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("four one one one", "4111"),
        ("forty one eleven", "4111"),
        ("twenty one seventeen", "2117"),
        ("double four seven triple zero", "447000"),
        ("4 three 2s two 0s", "422200"),
        ("treble nine", "999"),
        ("one eight hundred", "1800"),
        ("eight hundred five five five", "800555"),
        ("two hundred fifty", "250"),
        ("one hundred five", "105"),
        ("two thousand five", "2005"),
        ("four thousand one hundred eleven", "4111"),
        ("nineteen eighty two", "1982"),
        ("twelve forty five", "1245"),
        ("forty-one eleven", "4111"),
        ("4111 1111", "41111111"),
        ("4-1-1-1", "4111"),
        ("219-09-9999", "219099999"),
        ("4111,1111", "41111111"),
    ],
)
def test_number_words_spell_their_digits(said: str, digits: str) -> None:
    """Number words and written groups give the digits that a listener would write down."""
    assert spell_out([item for word in said.split() for item in items_of(word)]) == digits


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("$250", Kind.MONEY),
        ("4,111", Kind.QUANTITY),
        ("4.5", Kind.QUANTITY),
        ("10:30", Kind.TIME),
        ("3/4/1982", Kind.DATE),
        ("1982-03-04", Kind.DATE),
        ("04/26", Kind.DATE),
        ("4th", Kind.ORDINAL),
        ("5%", Kind.BUSINESS),
        ("401k", Kind.BUSINESS),
        ("ab123456", Kind.CODE),
        ("555-010-2345", Kind.WRITTEN),
        ("41-11-1111", Kind.WRITTEN),
    ],
)
def test_written_numbers_are_told_apart_by_their_shape(word: str, kind: Kind) -> None:
    """Money, times, dates and codes are no digits of an identifier; everything else written in digits is."""
    assert [item.kind for item in items_of(word)] == [kind]


@pytest.mark.parametrize("word", ["hello", "john42@gmail.com", "someone", "often", "<CREDIT_CARD>", ""])
def test_other_words_are_no_numbers(word: str) -> None:
    """A word that only holds letters of a number word, an address or a label says no digits."""
    assert items_of(word) == ()
