from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample_calls.call import Script, Turn
from sample_calls.moves import ITEMS, TOPICS
from sample_calls.orders import SHIPPED, draw_orders
from sample_calls.scenarios import MOODS, SHAPES, TEMPLATES, write
from sample_calls.spoken import fill, persona


def _lines(script: Script) -> list[str]:
    return [event.template for stage in script.stages for event in stage.events if isinstance(event, Turn)]


def test_templates_are_many_and_each_can_be_filled() -> None:
    """A small vocabulary, many sentences: over 600 templates, whose slots all exist."""
    rng = Random(1)
    lines = [fill(template, persona(rng), rng) for template in TEMPLATES()]
    assert len(set(TEMPLATES())) == len(lines) > 600
    assert not any("{" in line.written or "}" in line.written for line in lines)


@given(
    seed=st.integers(),
    shape=st.sampled_from(sorted(SHAPES)),
    topic=st.sampled_from(sorted(TOPICS)),
    mood=st.sampled_from(MOODS),
)
def test_every_turn_of_every_call_is_a_template(seed: int, shape: str, topic: str, mood: str) -> None:
    """Whatever is drawn, a call is made of templates, and the same seed writes the same call."""
    script = write(Random(seed), shape, topic, mood)
    assert set(_lines(script)) <= set(TEMPLATES())
    assert script == write(Random(seed), shape, topic, mood)


@pytest.mark.parametrize(
    ("shape", "stages"),
    [
        ("direct", "ivr queue agent"),
        ("two_queues", "ivr queue queue agent"),
        ("blind_transfer", "ivr queue agent queue agent"),
        ("hold", "ivr queue agent hold agent"),
        ("consult_return", "ivr queue agent consult agent"),
        ("payment", "ivr queue agent pause agent"),
        ("abandoned", "ivr queue"),
        ("voicemail", "ivr voicemail"),
        ("outbound", "dialing agent"),
    ],
)
def test_a_shape_is_a_way_through_the_contact_centre(shape: str, stages: str) -> None:
    """Each shape passes its stages in order."""
    topic = "payment_reminder" if shape == "outbound" else "billing"
    script = write(Random(3), shape, topic, "calm")
    assert " ".join(stage.kind for stage in script.stages) == stages


def test_a_consult_ends_with_all_three_on_the_line() -> None:
    """The first agent introduces the second before leaving."""
    kinds = [stage.kind for stage in write(Random(4), "consult_transfer", "retirement", "calm").stages]
    assert kinds[-3:] == ["consult", "merge", "agent"]


def test_named_items_are_asked_for() -> None:
    """`asks` decides what the first and the second agent ask for."""
    asked = _lines(write(Random(5), "blind_transfer", "claims", "calm", asks=(("policy", "plate"), ("dob",))))
    for item in ("policy", "plate", "dob"):
        assert set(ITEMS[item].ask) & set(asked), item


def test_a_card_number_is_said_over_four_turns_and_read_back() -> None:
    """Card groups come one by one, then the whole number from the agent."""
    script = write(Random(6), "card_read_back", "card_loss", "calm")
    turns = [event for stage in script.stages for event in stage.events if isinstance(event, Turn)]
    groups = [turn.speaker for turn in turns if "{card_" in turn.template and "last4" not in turn.template]
    assert groups[:4] == ["customer"] * 4
    assert any(turn.speaker == "agent_1" and "{card}" in turn.template for turn in turns)


def test_drawn_calls_do_not_depend_on_how_many_are_drawn() -> None:
    """Call number n of a seed is the same in a batch of ten and of fifty; another seed gives other calls."""
    fifty = list(draw_orders(50, seed=7))
    assert fifty[:10] == list(draw_orders(10, seed=7))
    assert fifty != list(draw_orders(50, seed=8))
    assert len({order.seed for order in fifty}) == 50
    assert not {order.seed for order in fifty} & {order.seed for order in SHIPPED}


def test_plain_calls_are_stereo_with_both_records() -> None:
    """`plain` leaves nothing but the encoding to chance."""
    for order in draw_orders(40, seed=2, plain=True):
        assert (order.variant.layout, order.variant.record, order.variant.naming) == ("stereo", "full", "plain")
