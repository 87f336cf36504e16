"""Call scripts: a way through the contact centre (shape), a topic and a mood composed into stages and turns.

>>> from random import Random
>>> [stage.kind for stage in write(Random(1), "blind_transfer", "billing", "calm").stages]
['ivr', 'queue', 'agent', 'queue', 'agent']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random

from sample_calls.call import Event, Party, Script, Side, Sound, SoundKind, Speaker, Stage, Turn
from sample_calls.moves import AGENT, CUSTOMER, ITEMS, MACHINE, MENUS, TOPICS, Moves, templates

MOODS = ("pleased", "calm", "frustrated", "angry")
MOOD_WEIGHTS = (3, 4, 2, 1)
INTERRUPTS = {"pleased": 0.05, "calm": 0.07, "frustrated": 0.15, "angry": 0.35}  # share of turns that cut in
BACKCHANNELS = 0.18  # share of long turns that the listener accompanies
LONG_WORDS = 9
ON_PAPER = (
    "card",
    "card_last4",
    "expiry",
    "account",
    "policy",
    "claim",
    "member",
    "case",
)  # items to be searched for
PAUSE_SECONDS = (14.0, 26.0)  # of a payment taken off the recording

EITHER: tuple[Party, ...] = ("customer", "customer", "agent")
HANGS_UP: dict[str, tuple[Party, ...]] = {
    "abandoned": ("customer",), "voicemail": ("customer",), "silent_caller": ("agent",),
}  # fmt: skip

Asks = Sequence[Sequence[str]]


def TEMPLATES() -> tuple[str, ...]:
    """Every line template of every call, each once, in a fixed order."""
    return templates()


def write(rng: Random, shape: str, topic: str, mood: str, asks: Asks = ()) -> Script:
    """Write one call; raises KeyError for an unknown shape or topic.

    `asks` names the items of `moves.ITEMS` that the first and the second agent ask for; else they are drawn.
    """
    pen = Pen(rng, topic, mood, asks)
    stages = tuple(SHAPES[shape](pen))
    waited = tuple(dict.fromkeys(stage.queue for stage in stages if stage.queue)) or (pen.topic.queue,)
    return Script(
        topic=topic,
        shape=shape,
        mood=mood,
        issue=pen.case.issue,
        direction="outbound" if shape == "outbound" else "inbound",
        queues=waited if len(waited) > 1 else (*waited, pen.next_queue),
        stages=stages,
        hung_up_by=rng.choice(HANGS_UP.get(shape, EITHER)),
    )


class Pen:
    """Writes turns for one call: picks phrasings not used yet, and how soon each turn follows the last."""

    def __init__(self, rng: Random, topic: str, mood: str, asks: Asks = ()) -> None:
        self.rng = rng
        self.topic = TOPICS[topic]
        self.mood = mood
        self.case = rng.choice(self.topic.cases)
        self.next_queue = rng.choice(self.topic.next_queues)
        self._asks = [list(group) for group in asks or rng.sample(self.topic.identify, len(self.topic.identify))]
        self._exact = bool(asks)
        self.probes = rng.sample(self.case.probes, len(self.case.probes))
        self._used: set[str] = set()
        self._last: Speaker | None = None

    def items(self, most: int) -> list[str]:
        """What the next agent asks for; at most so many, unless they were named."""
        group = self._asks.pop(0) if self._asks else []
        return group if self._exact else group[:most]

    def chance(self, share: float) -> bool:
        """Whether an event of this probability happens."""
        return self.rng.random() < share

    def say(self, speaker: Speaker, phrasings: Moves, gap: float | None = None) -> list[Event]:
        """One turn, now and then with the listener's backchannel in the midst of it."""
        turn = Turn(speaker, self._pick(phrasings), self._gap(speaker) if gap is None else gap)
        talking = speaker == "customer" or speaker.startswith("agent")
        partner = self._last
        self._last = speaker
        heard = talking and partner not in (None, speaker, "ivr", "queue", "voicemail")
        tells = len(turn.template.split()) >= LONG_WORDS and not turn.template.endswith("?")
        if heard and tells and self.chance(BACKCHANNELS):
            return [turn, Turn(partner, self._pick(CUSTOMER["backchannel"]), 0.0, over=True)]  # type: ignore[arg-type]
        return [turn]

    def sound(self, kind: SoundKind, side: Side, seconds: float, keys: str = "") -> list[Event]:
        """One sound; whatever follows it interrupts nobody."""
        self._last = None
        return [Sound(kind, side, seconds, keys)]

    def _pick(self, phrasings: Moves) -> str:
        fresh = [phrase for phrase in phrasings if phrase not in self._used] or list(phrasings)
        chosen = self.rng.choice(fresh)
        self._used.add(chosen)
        return chosen

    def _gap(self, speaker: Speaker) -> float:
        if self._last in (None, speaker, "ivr", "queue", "voicemail"):
            return self.rng.uniform(0.3, 0.9)
        if self.chance(INTERRUPTS[self.mood]):
            return self.rng.uniform(-0.6, -0.15)
        return min(max(self.rng.gauss(0.45, 0.25), 0.08), 1.4)


# ---- parts of a conversation


def ivr(pen: Pen, route: bool = True) -> Stage:
    """Welcome, menu, key press, hand-over."""
    menu = pen.rng.choice(sorted(MENUS))
    events = pen.say("ivr", MACHINE["ivr_welcome"], gap=0.4) if pen.chance(0.6) else []
    events += pen.say("ivr", (menu,))
    events += pen.sound("silence", "external", pen.rng.uniform(0.3, 1.0))
    events += pen.sound("keys", "external", 0.2, MENUS[menu])
    if route and pen.chance(0.6):
        events += pen.say("ivr", MACHINE["ivr_route"])
    return Stage("ivr", tuple(events))


def queue(pen: Pen, name: str, seconds: tuple[float, float] = (4.0, 9.0), answered: bool = True) -> Stage:
    """Music, an announcement, and the agent's telephone ringing at the end."""
    events: list[Event] = []
    if pen.chance(0.7):
        events += pen.say("queue", MACHINE["queue_wait"], gap=pen.rng.uniform(1.5, 3.5))
    if pen.chance(0.15):
        events += pen.say("customer", CUSTOMER["queue_mutter"][:3], gap=pen.rng.uniform(0.8, 2.0))
    events += pen.sound("silence", "internal", pen.rng.uniform(1.0, 3.0))
    if answered:
        events += pen.sound("ringing", "internal", pen.rng.uniform(1.2, 2.4))
    return Stage("queue", tuple(events), queue=name, seconds=pen.rng.uniform(*seconds), music=True)


def opening(pen: Pen) -> list[Event]:
    """The agent's greeting and the customer's reason for calling."""
    events = pen.say("agent_1", AGENT["greet"], gap=pen.rng.uniform(0.3, 0.8))
    events += pen.say("customer", pen.case.opening)
    if pen.mood in ("frustrated", "angry"):
        events += pen.say("customer", CUSTOMER["frustrated"])
        events += pen.say("agent_1", AGENT["empathy"])
    else:
        events += pen.say("agent_1", AGENT["help"])
    return events


def identification(pen: Pen, agent: Speaker, most: int = 3) -> list[Event]:
    """The agent asks who is calling; the next agent asks for other items."""
    items = pen.items(most)
    if not items:
        return []
    events: list[Event] = []
    if pen.chance(0.3):
        events += pen.say(agent, AGENT["must_verify"]) + pen.say("customer", CUSTOMER["consent"])
    for item in items:
        events += ask(pen, agent, item)
    return events + (pen.say(agent, AGENT["thanks_name"]) if pen.chance(0.45) else [])


def ask(pen: Pen, agent: Speaker, name: str, in_turns: bool | None = None) -> list[Event]:
    """Ask for one item of `moves.ITEMS`, answered in one go or over several turns (None: by chance)."""
    item = ITEMS[name]
    events = pen.say(agent, item.ask)
    if pen.chance(0.2):
        events += pen.say("customer", CUSTOMER["search" if name in ON_PAPER else "think"])
    if item.turns and (in_turns or (in_turns is None and pen.chance(0.6))):
        for part in item.turns[:-1]:
            events += pen.say("customer", part) + pen.say(agent, AGENT["ack"])
        events += pen.say("customer", item.turns[-1])
    else:
        events += pen.say("customer", item.answer)
    if pen.chance(0.08):
        events += pen.say(agent, AGENT["agent_repeat"]) + pen.say("customer", item.answer)
    if item.read_back and (name == "card" or pen.chance(0.45)):
        return events + pen.say(agent, item.read_back) + pen.say("customer", CUSTOMER["yes"])
    return events + (pen.say(agent, AGENT["ack"]) if pen.chance(0.4) else [])


def probing(pen: Pen, agent: Speaker) -> list[Event]:
    """One question about the matter and its answer."""
    if not pen.probes:
        return []
    question, answer = pen.probes.pop()
    events = pen.say(agent, question) + pen.say("customer", answer)
    if pen.chance(0.12):
        events += pen.say("customer", CUSTOMER["small_talk"])
    return events


def matter(pen: Pen, agent: Speaker, solved: bool = True) -> list[Event]:
    """What the agent finds, what the customer says to that, and what can be done."""
    events = pen.say(agent, AGENT["lookup"]) if pen.chance(0.35) else []
    events += pen.say(agent, pen.case.finding) + pen.say("customer", pen.case.reaction)
    if pen.mood == "angry":
        events += pen.say("customer", CUSTOMER["angry"]) + pen.say(agent, AGENT["calm_angry"])
    return events + pen.say(agent, pen.case.offer if solved else pen.case.refusal)


def farewell(pen: Pen, agent: Speaker, solved: bool = True) -> list[Event]:
    """Thanks or the lack of it, a follow-up, good-bye."""
    happy = solved and pen.mood in ("pleased", "calm")
    events = pen.say("customer", CUSTOMER["thanks" if happy else "thanks_flat"])
    if pen.chance(0.45):
        events += pen.say(agent, AGENT["follow_up"])
    if pen.chance(0.4):
        events += pen.say(agent, AGENT["anything_else"]) + pen.say("customer", CUSTOMER["no_more"])
    return events + pen.say(agent, AGENT["close"]) + pen.say("customer", CUSTOMER["bye"])


def _talk(agent: int, *parts: list[Event]) -> Stage:
    return Stage("agent", tuple(event for part in parts for event in part), agent=agent)


def _answered(pen: Pen) -> Iterator[Stage]:
    """The usual way to the first agent."""
    yield ivr(pen)
    yield queue(pen, pen.topic.queue)


def _hold(pen: Pen) -> Stage:
    events: list[Event] = pen.sound("silence", "internal", pen.rng.uniform(2.0, 4.0))
    if pen.chance(0.35):
        events += pen.say("customer", CUSTOMER["hold_mutter"], gap=0.5)
    return Stage("hold", tuple(events), agent=1, seconds=pen.rng.uniform(5.0, 9.0), music=True)


def _consult(pen: Pen) -> Stage:
    events: list[Event] = pen.sound("silence", "internal", pen.rng.uniform(3.0, 5.0))
    if pen.chance(0.3):
        events += pen.say("customer", CUSTOMER["hold_mutter"], gap=0.5)
    return Stage("consult", tuple(events), agent=1, seconds=pen.rng.uniform(7.0, 11.0), music=True)


def _to_hold(pen: Pen) -> list[Event]:
    return pen.say("agent_1", AGENT["hold_ask"]) + pen.say("customer", CUSTOMER["hold_ok"])


def _back(pen: Pen, phrasings: Moves) -> list[Event]:
    return pen.say("agent_1", phrasings, gap=0.5) + pen.say("customer", CUSTOMER["hold_return"])


def _second(pen: Pen, solved: bool = True) -> Stage:
    """The second agent takes over, asks one thing, solves the matter."""
    events = pen.say("agent_2", AGENT["greet_second"], gap=0.7) + pen.say("customer", CUSTOMER["to_second"])
    events += identification(pen, "agent_2", most=1)
    return _talk(2, events, matter(pen, "agent_2", solved), farewell(pen, "agent_2", solved))


def _first(pen: Pen, most: int = 2) -> list[Event]:
    events = opening(pen) + identification(pen, "agent_1", most)
    return events + (pen.say("customer", CUSTOMER["escalate"]) if pen.mood == "angry" else [])


# ---- ways through the contact centre


def direct(pen: Pen) -> Iterator[Stage]:
    """IVR, queue, one agent."""
    yield from _answered(pen)
    solved = pen.chance(0.75)
    yield _talk(
        1, opening(pen), identification(pen, "agent_1"), probing(pen, "agent_1"),
        matter(pen, "agent_1", solved), farewell(pen, "agent_1", solved),
    )  # fmt: skip


def two_queues(pen: Pen) -> Iterator[Stage]:
    """The first queue overflows into a second one before anybody answers."""
    yield ivr(pen)
    yield queue(pen, pen.topic.queue, answered=False)
    yield queue(pen, pen.next_queue)
    yield _talk(1, _first(pen), matter(pen, "agent_1"), farewell(pen, "agent_1"))


def blind_transfer(pen: Pen) -> Iterator[Stage]:
    """The first agent sends the customer to another queue without a word to the next agent."""
    yield from _answered(pen)
    yield _talk(
        1,
        _first(pen),
        pen.say("agent_1", AGENT["transfer_blind"]),
        pen.say("customer", CUSTOMER["transfer_ok"]),
    )
    yield queue(pen, pen.next_queue)
    yield _second(pen, pen.chance(0.8))


def hold(pen: Pen) -> Iterator[Stage]:
    """The agent puts the customer on hold and comes back."""
    yield from _answered(pen)
    yield _talk(1, _first(pen), _to_hold(pen))
    yield _hold(pen)
    yield _talk(1, _back(pen, AGENT["hold_back"]), matter(pen, "agent_1"), farewell(pen, "agent_1"))


def consult_transfer(pen: Pen) -> Iterator[Stage]:
    """The first agent consults a second one, at times after a hold, introduces them and leaves."""
    yield from _answered(pen)
    yield _talk(1, _first(pen), _to_hold(pen))
    if pen.chance(0.3):
        yield _hold(pen)
        yield _talk(1, _back(pen, AGENT["hold_more"]))
    yield _consult(pen)
    introduction = pen.say("agent_1", AGENT["transfer_warm"], gap=0.5) + pen.say("customer", CUSTOMER["transfer_ok"])
    yield Stage("merge", tuple(introduction), agent=1)
    yield _second(pen)


def consult_return(pen: Pen) -> Iterator[Stage]:
    """The agent consults a colleague and comes back with the answer."""
    yield from _answered(pen)
    yield _talk(1, _first(pen), _to_hold(pen))
    yield _consult(pen)
    yield _talk(1, _back(pen, AGENT["consult_back"]), matter(pen, "agent_1"), farewell(pen, "agent_1"))


def payment(pen: Pen) -> Iterator[Stage]:
    """A card payment during which the recording is paused."""
    yield from _answered(pen)
    yield _talk(
        1, _first(pen), matter(pen, "agent_1"), pen.say("agent_1", AGENT["pause_recording"]),
        pen.say("customer", CUSTOMER["consent"]),
    )  # fmt: skip
    yield Stage("pause", agent=1, seconds=pen.rng.uniform(*PAUSE_SECONDS))
    yield _talk(1, pen.say("agent_1", AGENT["resume_recording"], gap=0.5), farewell(pen, "agent_1"))


def card_read_back(pen: Pen) -> Iterator[Stage]:
    """The whole card number over several turns, read back by the agent, with expiry and code."""
    yield from _answered(pen)
    yield _talk(
        1, opening(pen), ask(pen, "agent_1", "name"), ask(pen, "agent_1", "card", in_turns=True),
        ask(pen, "agent_1", "expiry"), ask(pen, "agent_1", "cvv"),
        matter(pen, "agent_1"), farewell(pen, "agent_1"),
    )  # fmt: skip


def abandoned(pen: Pen) -> Iterator[Stage]:
    """The customer hangs up while waiting."""
    yield ivr(pen)
    wait = queue(pen, pen.topic.queue, seconds=(14.0, 22.0), answered=False)
    more = pen.say("queue", MACHINE["queue_wait"], gap=pen.rng.uniform(3.0, 6.0))
    more += pen.say("customer", CUSTOMER["queue_mutter"], gap=pen.rng.uniform(1.0, 3.0))
    yield replace(wait, events=wait.events + tuple(more))


def voicemail(pen: Pen) -> Iterator[Stage]:
    """Nobody is there; the customer leaves a message."""
    menu = ivr(pen, route=False)
    yield replace(menu, events=menu.events + tuple(pen.say("ivr", MACHINE["ivr_closed"])))
    events = pen.say("voicemail", MACHINE["voicemail_prompt"], gap=0.6) + pen.sound("beep", "internal", 0.4)
    events += pen.say("customer", CUSTOMER["voicemail_message"], gap=0.8)
    for _ in range(pen.rng.randrange(1, 3)):
        events += pen.say("customer", CUSTOMER["voicemail_more"], gap=pen.rng.uniform(0.4, 1.0))
    yield Stage("voicemail", tuple(events))


def outbound(pen: Pen) -> Iterator[Stage]:
    """The agent calls the customer; ringing first."""
    yield Stage("dialing", tuple(pen.sound("ringing", "external", pen.rng.uniform(4.0, 9.0))), agent=1)
    called = pen.say("customer", CUSTOMER["pick_up"], gap=0.4)
    called += pen.say("agent_1", pen.case.opening) + pen.say("customer", CUSTOMER["speaking"])
    yield _talk(1, called, identification(pen, "agent_1", 2), matter(pen, "agent_1"), farewell(pen, "agent_1"))


def silent_caller(pen: Pen) -> Iterator[Stage]:
    """The customer cannot be heard; the agent gives up."""
    yield from _answered(pen)
    events: list[Event] = []
    for _ in range(3):
        events += pen.say("agent_1", AGENT["cannot_hear"], gap=pen.rng.uniform(1.5, 3.0))
    yield _talk(1, events, pen.say("agent_1", AGENT["give_up"], gap=2.0))


SHAPES: dict[str, Callable[[Pen], Iterator[Stage]]] = {
    shape.__name__: shape
    for shape in (
        direct, two_queues, blind_transfer, hold, consult_transfer, consult_return, payment, card_read_back,
        abandoned, voicemail, outbound, silent_caller,
    )
}  # fmt: skip
