"""Calls spoken by a tone, for tests of everything around the voices."""

from __future__ import annotations

from functools import cache
from random import Random

from sample_calls import build, orders
from sample_calls.scenarios import SHAPES
from sample_calls.variants import Variant
from tests.sample_calls.tone_voice import say

TOPIC_OF = {"outbound": "payment_reminder", "card_read_back": "card_loss"}


@cache
def make_call(shape: str, seed: int = 1, mood: str = "calm", variant: Variant = orders.ORDINARY) -> build.Conversation:
    """One call of a shape."""
    return build.make(order(shape, seed, mood, variant), say)


def order(shape: str, seed: int = 1, mood: str = "calm", variant: Variant = orders.ORDINARY) -> orders.Order:
    """The order behind `make_call`."""
    topic = TOPIC_OF.get(shape) or Random(seed).choice(orders.INBOUND)
    return orders.Order(f"{shape}-{seed}", f"{shape}/{seed}", shape, topic, mood, variant)


ALL_SHAPES = tuple(SHAPES)
