"""Who takes part in the calls: the contact centre's agents and queues, the caller, and their voices."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from uuid import NAMESPACE_DNS, uuid5

from faker.providers.person.en_US import Provider as UsNames

from sample_calls.call import Script, Speaker
from sample_calls.moves import TOPICS
from sample_calls.spoken import Persona, persona
from sample_calls.voices import VOICES

CENTRE = uuid5(NAMESPACE_DNS, "contact-centre.example")  # all fixed ids derive from this

# Numbers that payment processors publish for tests, and Visa's test range; none was ever issued.
TEST_CARDS = (
    "4111111111111111", "4012888888881881", "4242424242424242", "4000056655665556", "4988438843884305",
    "4166676667666746", "4444333322221111", "4005519200000004", "4009348888881881", "4012000033330026",
    "4217651111111119", "4500600000000061", "5555555555554444", "5105105105105100", "5200828282828210",
    "5577000055770004", "5585558555855583", "5136333333333335", "2223003122003222", "2223520443560010",
)  # fmt: skip
TEST_RANGE = "400000"
AREA_CODES = (
    "202",
    "206",
    "212",
    "303",
    "312",
    "404",
    "415",
    "512",
    "602",
    "617",
    "702",
    "713",
    "818",
    "916",
    "954",
)


@dataclass(frozen=True)
class Agent:
    """A made-up employee. The record of a call knows only `user_id`; the name comes from the lookup."""

    name: str
    team: str
    voice: str

    @property
    def user_id(self) -> str:
        """The agent's id in every record."""
        return str(uuid5(CENTRE, f"agent {self.name}"))

    @property
    def first(self) -> str:
        """The name the agent gives on the telephone."""
        return self.name.split()[0]


AGENTS = (
    Agent("Karen Whitfield", "Service East", "slt-large"),
    Agent("Daniel Brooks", "Service East", "rms-large"),
    Agent("Michelle Navarro", "Service East", "slt-large"),
    Agent("Patrick Doyle", "Service East", "awb-small"),
    Agent("Brian Keller", "Service West", "espeak-m3"),
    Agent("Angela Freeman", "Service West", "slt-large"),
    Agent("Marcus Hale", "Service West", "rms-large"),
    Agent("Kevin Osborne", "Service West", "awb-small"),
    Agent("Denise Carver", "Specialists", "slt-large"),
    Agent("Steven Park", "Specialists", "espeak-m3"),
    Agent("Gregory Lang", "Specialists", "rms-large"),
    Agent("Andrew Mercer", "Specialists", "awb-small"),
    Agent("Laura Bennett", "Night Shift", "slt-hts"),
    Agent("Susan Fletcher", "Night Shift", "slt-hts"),
    Agent("Peter Ashworth", "Night Shift", "espeak-gb-m7"),
    Agent("Thomas Reed", "Night Shift", "espeak-gb-m7"),
)
QUEUES = tuple(sorted({name for topic in TOPICS.values() for name in (topic.queue, *topic.next_queues)}))


def queue_id(department: str) -> str:
    """The queue's id in every record."""
    return str(uuid5(CENTRE, f"queue {department}"))


def queue_name(department: str) -> str:
    """The queue's display name: "card services" -> "Card Services"."""
    return department.title()


@dataclass(frozen=True)
class Cast:
    """The people of one call and who sounds how."""

    caller: Persona
    agents: tuple[Agent, Agent]
    voices: dict[Speaker, str]


def cast(rng: Random, script: Script, held_out: bool = False) -> Cast:
    """Draw caller, agents and voices; `held_out` takes only voices that the demo Whisper does not know."""
    caller = _caller(rng, script)
    voice = rng.choice(_caller_voices(caller.first, held_out))
    agents = _agents(rng, voice, held_out)
    machines = [name for name, made in VOICES.items() if made.role == "ivr"]
    machine = rng.choice(machines)
    voices: dict[Speaker, str] = {
        "customer": voice, "agent_1": agents[0].voice, "agent_2": agents[1].voice,
        "ivr": machine, "queue": machine, "voicemail": machine,
    }  # fmt: skip
    return Cast(replace(caller, agent_first=agents[0].first, agent2_first=agents[1].first), agents, voices)


def write_lookups(folder: Path) -> None:
    """Write agents.csv and queues.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    agents = [(agent.user_id, agent.name, agent.team) for agent in AGENTS]
    _write_csv(folder / "agents.csv", ("user_id", "name", "team"), agents)
    _write_csv(folder / "queues.csv", ("queue_id", "name"), [(queue_id(name), queue_name(name)) for name in QUEUES])


def _caller(rng: Random, script: Script) -> Persona:
    """A persona that fits the topic, its numbers taken from ranges that belong to nobody."""
    topic = TOPICS[script.topic]
    area = rng.choice(AREA_CODES)
    return replace(
        persona(rng),
        company=rng.choice(topic.companies),
        department=script.queues[0],
        department2=script.queues[1],
        product=rng.choice(topic.products),
        issue=script.issue,
        phone=f"{area}55501{rng.randrange(100):02}",
        ssn=f"{rng.randrange(900, 1000)}{rng.randrange(1, 50):02}{rng.randrange(1, 10000):04}",
        card=rng.choice(TEST_CARDS) if rng.random() < 0.5 else _test_card(rng),
    )


def _test_card(rng: Random) -> str:
    body = TEST_RANGE + "".join(rng.choices("0123456789", k=9))
    return next(body + check for check in "0123456789" if passes_luhn(body + check))


def passes_luhn(number: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (doubled + sum(map(int, number[::-2]))) % 10 == 0


def _caller_voices(first: str, held_out: bool) -> list[str]:
    """Voices of the caller's sex, as far as the name tells."""
    woman = UsNames.first_names_female.get(first, 0) >= UsNames.first_names_male.get(first, 0)
    names = [name for name, made in VOICES.items() if made.role == "caller" and made.held_out == held_out]
    return [name for name in names if ("slt" in name or "-f" in name) == woman]


def _agents(rng: Random, caller_voice: str, held_out: bool) -> tuple[Agent, Agent]:
    """Two agents who sound neither like the caller nor like each other."""
    able = [agent for agent in AGENTS if VOICES[agent.voice].held_out == held_out]
    apart = [agent for agent in able if VOICES[agent.voice].name != VOICES[caller_voice].name]
    first = rng.choice(apart)
    return first, rng.choice([agent for agent in apart if agent.voice != first.voice])


def _write_csv(path: Path, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
