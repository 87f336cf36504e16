"""Policies: what is removed from text and audio, what stands in its place, and what becomes of the original.

Presets are the files of `policies/`; a file of one's own has the same shape (docs/redaction.md).
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, ValidationInfo

from pca_pipeline.errors import SetupError
from pca_pipeline.pii.entities import ENTITIES, OPT_IN

AgentNames = Literal["keep", "replace", "redact"]  # leave them; write the agent's id; treat them as any name
Original = Literal["destroy", "seal", "keep"]  # the recording as it came in
OperatorName = Literal["label", "mask", "surrogate", "hash", "token"]
Country = Literal["us", "uk", "ca", "eu"]  # whose forms are looked for

COUNTRIES = frozenset[str](get_args(Country))
NEVER_STORED = frozenset(entity.name for entity in ENTITIES.values() if entity.never_stored)
IRREVERSIBLE = frozenset({"label", "mask"})  # what the others write can be undone, or guessed, with the key
_SHAPE = "docs/redaction.md shows a whole policy file."


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy, checked. What PCI DSS 3.3.1 forbids to store, it removes; and entities that nobody listed."""

    name: str
    description: str
    kept: frozenset[str]  # entities that stay in the text
    heard: frozenset[str]  # entities that stay in the audio; those kept are among them
    operators: Mapping[str, OperatorName]  # of entities that are exceptions
    default_operator: OperatorName
    agent_names: AgentNames
    original: Original
    countries: frozenset[str] = COUNTRIES

    @property
    def fingerprint(self) -> str:
        """A hash of what the policy does, whatever it is called."""
        what = (self.default_operator, self.agent_names, self.original, sorted(self.operators.items()))
        of = [sorted(names) for names in (self.kept, self.heard, self.countries)]
        return hashlib.sha256(json.dumps([what, of]).encode()).hexdigest()

    def redacts(self, entity: str) -> bool:
        """Whether an entity is removed from the text."""
        return entity not in self.kept

    def mutes(self, entity: str) -> bool:
        """Whether an entity is removed from the audio."""
        return entity not in self.heard

    def strictness(self, entity: str) -> int:
        """How much of an entity goes: 0 nothing, 1 the text, 2 the audio too."""
        return self.redacts(entity) + self.mutes(entity)

    def operator(self, entity: str) -> OperatorName:
        """What writes something in the place of an entity's values."""
        operator = self.operators.get(entity, self.default_operator)
        return operator if operator in IRREVERSIBLE or entity not in NEVER_STORED else "label"


def preset_names() -> list[str]:
    """The policies that come with the product."""
    return sorted(path.name.removesuffix(".toml") for path in _presets().iterdir() if path.name.endswith(".toml"))


def load_policy(name: str, own: Set[str] = frozenset()) -> Policy:
    """A preset by its name, or a file by its path, which may name entities of the user's own, too.

    Raises SetupError that names file, field and way out.
    """
    source = _presets() / f"{name}.toml" if name in preset_names() else Path(name)
    try:
        content = tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError:
        raise SetupError(
            f"There is no policy {name!r}.", f"pii.policy is {', '.join(preset_names())}, or the path of a TOML file."
        ) from None
    except ValueError as error:  # not UTF-8, or not TOML
        raise SetupError(f"The policy file {name!r} is not TOML: {error}.", _SHAPE) from None
    return _policy(name, content, own)


def _presets() -> Any:
    return files(__package__) / "policies"


def _known(names: Iterable[str], info: ValidationInfo) -> None:
    assert info.context is not None
    unknown = sorted(set(names) - ENTITIES.keys() - info.context["own"])
    if unknown:
        raise ValueError(f"no entity is called {', '.join(unknown)}")


def _redacted(names: Literal["all"] | list[str], info: ValidationInfo) -> frozenset[str]:
    return _entities(names, ENTITIES.keys() - OPT_IN, info)


def _muted(names: Literal["all"] | list[str], info: ValidationInfo) -> frozenset[str]:
    return _entities(names, ENTITIES.keys(), info)


def _entities(names: Literal["all"] | list[str], all_of_them: Set[str], info: ValidationInfo) -> frozenset[str]:
    named = {names} if isinstance(names, str) else set(names)
    _known(named - {"all"}, info)
    return frozenset(named - {"all"} | (all_of_them if "all" in named else set()))


def _kept(names: list[str], info: ValidationInfo) -> frozenset[str]:
    _known(names, info)
    for entity in sorted(NEVER_STORED.intersection(names)):
        raise ValueError(f"{entity} may not be stored in any form, and so not be kept")
    return frozenset(names)


def _operators(operators: dict[str, OperatorName], info: ValidationInfo) -> dict[str, OperatorName]:
    _known(operators.keys() - {"default"}, info)
    for entity in sorted(NEVER_STORED & operators.keys()):
        if operators[entity] not in IRREVERSIBLE:
            raise ValueError(f"{entity} may not be stored in any form: its operator is label or mask")
    return operators


class _File(BaseModel):
    """A policy as it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str = ""
    redact: Annotated[Literal["all"] | list[str], AfterValidator(_redacted)]
    keep: Annotated[list[str], AfterValidator(_kept)] = []  # these stay although "all" are redacted
    mute: Annotated[Literal["all"] | list[str], AfterValidator(_muted)]  # "all": everything redacted
    agent_names: AgentNames
    original: Original
    countries: list[Country] = list(get_args(Country))
    operators: Annotated[dict[str, OperatorName], AfterValidator(_operators)] = {}


def _policy(name: str, content: dict[str, Any], own: Set[str]) -> Policy:
    try:
        file = _File.model_validate(content, context={"own": own})
    except ValidationError as error:
        reasons = {_field(one["loc"]): one["msg"].removeprefix("Value error, ") for one in reversed(error.errors())}
        told = "; ".join(f"field {field!r}: {reason}" for field, reason in reversed(reasons.items()))
        raise SetupError(f"Policy {name!r}, {told}.", _SHAPE) from None
    return _checked(name, file, own)


def _field(place: tuple[int | str, ...]) -> str:
    """A field of the file, or of its operators."""
    return ".".join(map(str, place[: 2 if place[0] == "operators" else 1]))


def _checked(name: str, file: _File, own: Set[str]) -> Policy:
    """What the fields say together. The user's own entities go unless they are to be kept."""
    redact = (frozenset[str](file.redact) | own) - frozenset(file.keep) | NEVER_STORED
    mute = frozenset[str](file.mute) | NEVER_STORED
    if "PERSON" not in redact and file.agent_names != "keep":
        raise SetupError(
            f"Policy {name!r}, field 'agent_names': PERSON stays in the text, and agents' names with it.",
            "Set agent_names to keep, or have PERSON redacted.",
        )
    if mute != ENTITIES.keys() and mute - redact:
        raise SetupError(
            f"Policy {name!r}, field 'mute': {', '.join(sorted(mute - redact))} would be muted but stay in the text.",
            "List them in redact as well.",
        )
    operators = dict(file.operators)
    default = operators.pop("default", "label")
    kept = frozenset(ENTITIES.keys() | own) - redact
    heard = kept | (frozenset(ENTITIES) - mute)
    countries = frozenset[str](file.countries)
    return Policy(name, file.description, kept, heard, operators, default, file.agent_names, file.original, countries)
