"""Which calls to build: the shipped ones, and unseen ones drawn from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from sample_calls.scenarios import MOOD_WEIGHTS, MOODS, Asks
from sample_calls.variants import Variant, draw

SHAPE_WEIGHTS = {
    "direct": 22,
    "two_queues": 8,
    "blind_transfer": 12,
    "hold": 12,
    "consult_transfer": 10,
    "consult_return": 5,
    "payment": 6,
    "card_read_back": 8,
    "abandoned": 4,
    "voicemail": 5,
    "outbound": 6,
    "silent_caller": 2,
}
INBOUND = ("billing", "claims", "retirement", "support", "card_loss", "complaint")
CARD_TOPICS = ("billing", "card_loss")  # in which a card number is asked for


ORDINARY = Variant()


@dataclass(frozen=True)
class Order:
    """One call to build: `seed` decides every word and sample of it."""

    name: str
    seed: str
    shape: str
    topic: str
    mood: str
    variant: Variant = ORDINARY
    asks: Asks = ()  # which personal data the first and the second agent ask for; else drawn
    held_out: bool = False


SHIPPED = (
    Order("billing-late-fee", "30", "direct", "billing", "pleased", asks=(("name", "account", "phone"),)),
    Order(
        "claims-accident-blind-transfer", "45", "blind_transfer", "claims", "calm", Variant(wrapped=True),
        asks=(("policy", "plate"), ("dob",)),
    ),
    Order(
        "retirement-rollover-consult", "55", "consult_transfer", "retirement", "calm",
        Variant(naming="two_suffixes"), asks=(("name", "ssn"), ("address", "zip")),
    ),
    Order(
        "support-outage-hold", "13", "hold", "support", "frustrated", Variant(record="detail_only"),
        asks=(("email", "email_spelled", "password"),),
    ),
    Order("card-loss-read-back", "51", "card_read_back", "card_loss", "frustrated"),
    Order(
        "complaint-escalation", "5", "blind_transfer", "complaint", "angry",
        asks=(("name", "last_spelled"), ("address",)),
    ),
    Order(
        "billing-two-queues", "43", "two_queues", "billing", "calm", Variant(naming="export"),
        asks=(("name", "zip", "ssn_last4"),),
    ),
    Order("claims-abandoned-in-queue", "61", "abandoned", "claims", "frustrated", Variant("PCM_16")),
    Order("retirement-voicemail", "74", "voicemail", "retirement", "calm"),
    Order(
        "payment-reminder-outbound", "38", "outbound", "payment_reminder", "calm",
        asks=(("dob", "ssn_last4"),),
    ),
    Order("billing-secure-pause", "37", "payment", "billing", "calm", asks=(("name", "account"),)),
    Order(
        "support-reset-mono", "32", "direct", "support", "calm", Variant("PCM_16", layout="mono"),
        asks=(("phone", "pin"),),
    ),
    Order(
        "card-loss-swapped-channels", "12", "direct", "card_loss", "calm", Variant(layout="swapped"),
        asks=(("card_last4", "maiden"),),
    ),
    Order(
        "complaint-no-record", "40", "direct", "complaint", "calm", Variant(record="none"),
        asks=(("name", "email"),),
    ),
    Order(
        "retirement-late-record", "78", "consult_return", "retirement", "pleased", Variant(record="late"),
        asks=(("member", "dob"),),
    ),
    Order("support-silent-caller", "59", "silent_caller", "support", "calm"),
)  # fmt: skip


def draw_orders(calls: int, seed: int, plain: bool = False, held_out: bool = False) -> Iterator[Order]:
    """Draw unseen calls; call number n of a seed is the same however many are asked for."""
    for number in range(1, calls + 1):
        rng = Random(f"{seed}/{number}")
        shape = rng.choices(list(SHAPE_WEIGHTS), list(SHAPE_WEIGHTS.values()))[0]
        topics = {
            "outbound": ("payment_reminder",),
            "card_read_back": CARD_TOPICS,
            "payment": CARD_TOPICS[:1],
        }
        yield Order(
            name=f"call-{number:04}",
            seed=f"{seed}/{number}/call",
            shape=shape,
            topic=rng.choice(topics.get(shape, INBOUND)),
            mood=rng.choices(MOODS, MOOD_WEIGHTS)[0],
            variant=draw(rng, plain),
            held_out=held_out,
        )
