from __future__ import annotations

from datetime import datetime

import pytest

from pca_pipeline.web import formats


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0, "0:00"),
        (5.4, "0:05"),
        (59.6, "1:00"),
        (65, "1:05"),
        (3599.9, "1:00:00"),
        (3665, "1:01:05"),
    ],
)
def test_clock(seconds: float | None, text: str) -> None:
    """Seconds are written as a player shows them."""
    assert formats.clock(seconds) == text


@pytest.mark.parametrize(
    ("score", "text", "feeling"),
    [
        (None, "–", "unknown"),
        (0.423, "+0.42", "positive"),
        (-0.3, "−0.30", "negative"),
        (-0.29, "−0.29", "neutral"),
        (-0.001, "0.00", "neutral"),
        (0.06, "+0.06", "neutral"),
    ],
)
def test_sentiment(score: float | None, text: str, feeling: str) -> None:
    """A sentiment has a sign and a class; no value is not neutral."""
    assert formats.signed(score) == text
    assert formats.feeling(score) == feeling


@pytest.mark.parametrize(("change", "arrow"), [(None, ""), (0.29, ""), (-0.29, ""), (0.3, "↗"), (-0.7, "↘")])
def test_trend(change: float | None, arrow: str) -> None:
    """Only a significant change has an arrow."""
    assert formats.trend(change) == arrow


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(None, " %", "–"), (12.4, " %", "12 %"), (-23.6, "", "−24"), (1234, "", "1,234")],
)
def test_number(value: float | None, unit: str, text: str) -> None:
    """Whole numbers with their unit."""
    assert formats.number(value, unit) == text


def test_moment() -> None:
    """A moment without a zero in front of the day."""
    assert formats.moment(datetime(2026, 3, 2, 9, 5)) == "2 Mar 2026, 09:05"
    assert formats.moment(None) == "–"


@pytest.mark.parametrize(
    ("key", "role", "name", "shown", "css"),
    [
        ("agent_1", "agent", "Ann", "Ann", "agent agent-1"),
        ("agent_6", "agent", None, "Agent 6", "agent agent-2"),
        ("agent_x", "agent", None, "Agent x", "agent"),
        ("customer", "customer", None, "Customer", "customer"),
        ("ivr_1", "ivr", "Main menu", "Main menu", "ivr"),
    ],
)
def test_speakers(key: str, role: str, name: str | None, shown: str, css: str) -> None:
    """A speaker has a name to read and a class to colour; four colours go round for agents."""
    assert formats.speaker(key, name) == shown
    assert formats.voice(key, role) == css


@pytest.mark.parametrize(
    ("page", "last", "numbers"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (6, 240, [1, None, 4, 5, 6, 7, 8, None, 240]),
        (240, 240, [1, None, 238, 239, 240]),
        (4, 5, [1, 2, 3, 4, 5]),
    ],
)
def test_page_numbers(page: int, last: int, numbers: list[int | None]) -> None:
    """The first, the last and those near the page."""
    assert formats.page_numbers(page, last) == numbers
