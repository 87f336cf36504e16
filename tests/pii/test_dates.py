from __future__ import annotations

import pytest

from pca_pipeline.pii.forms.dates import find_dates
from tests.pii.conftest import conversation


@pytest.mark.parametrize(
    ("text", "said", "year"),
    [
        ("on March 4, 1982.", "March 4, 1982", 1982),
        ("on 4 March 1982", "4 March 1982", 1982),
        ("it's the fourth of march nineteen eighty two", "the fourth of march nineteen eighty two", 1982),
        ("march fourth eighty two okay", "march fourth eighty two", 1982),
        ("nineteen eighty two", None, None),
        ("1982, March 4", "1982, March 4", 1982),
        ("december twenty sixth two thousand five", "december twenty sixth two thousand five", 2005),
        ("march oh four nineteen oh five", "march oh four nineteen oh five", 1905),
        ("born 3/4/1982", "3/4/1982", 1982),
        ("born 1982-03-04", "1982-03-04", 1982),
        ("wait a second December twenty sixth nineteen ninety", "December twenty sixth nineteen ninety", 1990),
        ("due on March 4", "March 4", None),
        ("you may go", None, None),
        ("nineteen fifty nine april six", "nineteen fifty nine april six", 1959),
        ("4th of the 9th 1982", "4th of the 9th 1982", 1982),
        ("the twenty seventh of the ninth eighty six", "the twenty seventh of the ninth eighty six", 1986),
        ("she is 45 in May", None, None),
        ("l five november three seven", None, None),
    ],
)
def test_dates_in_any_order(text: str, said: str | None, year: int | None) -> None:
    """Day, month and year are one date in every order, in words and in figures."""
    stream = conversation([("customer", text)])
    dates = find_dates(stream)
    texts = [stream.text[stream.tokens[d.first].start : stream.tokens[d.last].end] for d in dates]
    assert texts == ([said] if said else [])
    assert [date.year for date in dates] == ([year] if said else [])
