"""The phrasings of every move, read from `phrasings/`: what a speaker does, said in several ways."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PHRASINGS = Path(__file__).parent / "phrasings"

Moves = tuple[str, ...]  # the phrasings of one move


@dataclass(frozen=True)
class Item:
    """One piece of personal data as a call asks for it; `turns` are an answer said over several turns."""

    ask: Moves
    answer: Moves
    read_back: Moves = ()
    turns: tuple[Moves, ...] = ()


@dataclass(frozen=True)
class Case:
    """One reason to call.

    `issue` names it in other sentences; `probes` are a question of the agent and its answer; `finding` is what
    the agent sees, `reaction` what the customer says to that, `offer` or `refusal` how it ends; `also` are
    items asked for in such a case.
    """

    issue: str
    opening: Moves
    probes: tuple[tuple[Moves, Moves], ...]
    finding: Moves
    reaction: Moves
    offer: Moves
    refusal: Moves
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    """A kind of call. `queue` takes it, `next_queues` may follow; `identify` are items asked for together."""

    queue: str
    next_queues: tuple[str, ...]
    companies: tuple[str, ...]
    products: tuple[str, ...]
    identify: tuple[tuple[str, ...], ...]
    cases: tuple[Case, ...]


def templates() -> tuple[str, ...]:
    """Every line template, each once, in a fixed order."""
    groups: list[Moves] = [*MACHINE.values(), tuple(MENUS), *AGENT.values(), *CUSTOMER.values()]
    for item in ITEMS.values():
        groups += [item.ask, item.answer, item.read_back, *item.turns]
    for case in (case for topic in TOPICS.values() for case in topic.cases):
        groups += [case.opening, case.finding, case.reaction, case.offer, case.refusal]
        groups += [side for probe in case.probes for side in probe]
    return tuple(dict.fromkeys(template for group in groups for template in group))


def _read(path: Path) -> dict[str, Any]:
    """A TOML file's content, its lists as tuples."""
    return {key: _frozen(value) for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(part) for key, part in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _topic(cases: tuple[dict[str, Any], ...], **fields: Any) -> Topic:
    return Topic(cases=tuple(Case(**case) for case in cases), **fields)


_MOVES = _read(PHRASINGS / "moves.toml")
MENUS: dict[str, str] = _MOVES["menus"]
MACHINE: dict[str, Moves] = _MOVES["machine"]
AGENT: dict[str, Moves] = _MOVES["agent"]
CUSTOMER: dict[str, Moves] = _MOVES["customer"]
ITEMS = {name: Item(**fields) for name, fields in _read(PHRASINGS / "identity.toml").items()}
TOPICS = {path.stem: _topic(**_read(path)) for path in sorted((PHRASINGS / "topics").glob("*.toml"))}
