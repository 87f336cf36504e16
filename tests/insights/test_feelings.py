from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pca_pipeline.insights.feelings import Turn, feelings, surroundings, terms

CUSTOMER, AGENT = Turn("said", by_agent=False), Turn("said", by_agent=True)


def test_surroundings() -> None:
    """Own log odds; then negative and positive in the side's other turns, in its neighbours, and on the other side.

    Four turns without feeling are added to each side.
    """
    turns = [CUSTOMER, AGENT, CUSTOMER, CUSTOMER]
    likely = np.array([(0.5, 0.3, 0.2), (0.0, 0.4, 0.6), (0.1, 0.1, 0.8), (0.3, 0.7, 0.0)], np.float32)
    around = surroundings(turns, likely)
    assert around[0, :2] == pytest.approx(np.log([0.501 / 0.301, 0.201 / 0.301]), abs=1e-5)
    assert around[0, 2:] == pytest.approx([0.4 / 7, 0.8 / 7, 0.05, 0.4, 0.0, 0.6 / 5])
    assert around[2, 2:] == pytest.approx([0.8 / 7, 0.2 / 7, 0.4, 0.1, 0.0, 0.6 / 5])
    assert around[1, 2:] == pytest.approx([0, 0, 0, 0, 0.9 / 7, 1 / 7])


def test_an_agents_words_are_read_twice() -> None:
    """As anybody's, and as an agent's."""
    assert terms(CUSTOMER).terms == ["said", "^ said", "said $", "#0"]
    assert terms(AGENT).terms == [*terms(CUSTOMER).terms, "agent said", "agent ^ said", "agent said $", "agent #0"]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.builds(Turn, st.text(max_size=30), st.booleans()), max_size=6))
def test_likelihoods(turns: list[Turn]) -> None:
    """Whatever is said: one row for each turn, which adds up to 1."""
    likely = feelings(turns)
    assert likely.shape == (len(turns), 3)
    assert likely.sum(axis=1) == pytest.approx(np.ones(len(turns)), abs=1e-4)
