"""What stands in the place of a value: Presidio operators, chosen by a policy.

A new one is a class here, listed in OPERATORS, with its name in `policy.OperatorName`.
"""

from __future__ import annotations

import hmac
import re
import secrets
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig, RecognizerResult
from presidio_anonymizer.operators import Operator, OperatorType

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.entities import ENTITIES
from pca_pipeline.pii.forms.values import canonical
from pca_pipeline.pii.names.known import known_names
from pca_pipeline.pii.policy import IRREVERSIBLE, OperatorName, Policy
from pca_pipeline.pii.replacing.surrogates import surrogate
from pca_pipeline.pii.vault.keys import read_master_key
from pca_pipeline.pii.vault.vault import Vault

HASH_DIGITS = 16  # hexadecimal, of HMAC-SHA-256: 64 bits


class _Writer(Operator):
    """One of this room's operators: what stands in the place of a value."""

    name: ClassVar[str]

    def operator_name(self) -> str:
        """The name that policies use."""
        return self.name

    def operator_type(self) -> OperatorType:
        """It takes values out."""
        return OperatorType.Anonymize

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """`Operators` makes the parameters complete."""

    def operate(self, text: str, params: dict[str, Any] | None = None) -> str:
        """Presidio's entry. Of its parameters, `entity_type` is there for every operator."""
        given = dict(params or {})
        return self.write(given.pop("entity_type"), text, **given)

    @abstractmethod
    def write(self, entity: str, value: str, **given: Any) -> str:
        """What stands in the place of a value; `given` is what the operator needs of the call."""


class Label(_Writer):
    """The entity: "<CREDIT_CARD>"."""

    name = "label"

    def write(self, entity: str, value: str, **given: Any) -> str:  # noqa: ARG002
        """The label, whatever the value."""
        return f"<{entity}>"


class Mask(_Writer):
    """A star for every letter and digit: "**** ****"."""

    name = "mask"

    def write(self, entity: str, value: str, **given: Any) -> str:  # noqa: ARG002
        """The value's outline."""
        return re.sub(r"[^\W_]", "*", value)


class Surrogate(_Writer):
    """A made-up value of the same shape, within a call the same for the same value."""

    name = "surrogate"

    def write(self, entity: str, value: str, **given: Any) -> str:
        """The made-up value, by the call's `key`; parts of the call's `wholes` fit to those."""
        return surrogate(entity, value, given["key"], given["wholes"])


class Hash(_Writer):
    """A keyed hash, "<PERSON#1f0c...>": in all calls the same for the same value, and irreversible without the key."""

    name = "hash"

    def write(self, entity: str, value: str, **given: Any) -> str:
        """The label with the hash in it, by `key`."""
        said = canonical(entity, value).encode(errors="surrogatepass")
        return f"<{entity}#{hmac.digest(given['key'], said, 'sha256').hex()[:HASH_DIGITS]}>"


class Token(_Writer):
    """A token, "<PERSON:k3f9...>", whose value is in the vault."""

    name = "token"

    def write(self, entity: str, value: str, **given: Any) -> str:
        """The token that `put` gives for the value."""
        return str(given["put"](entity, value))


OPERATORS: tuple[type[_Writer], ...] = (Label, Mask, Surrogate, Hash, Token)


class Operators:
    """A policy's operators, for every call. Raises SetupError if they need a master key and there is none."""

    def __init__(self, policy: Policy, calls_folder: Path) -> None:
        self._engine = AnonymizerEngine()  # type: ignore[no-untyped-call]
        for operator in OPERATORS:
            self._engine.add_anonymizer(operator)
        self._policy = policy
        named = ENTITIES.keys() | policy.operators.keys()  # the user's own among them; others get the default
        used = {policy.default_operator, *(policy.operator(entity) for entity in named if policy.redacts(entity))}
        self._master = read_master_key(calls_folder) if used - IRREVERSIBLE else None
        self._vault = Vault(calls_folder)

    def of_call(
        self, call_id: str | None, known: KnownIdentity, values: Iterable[tuple[str, str]] = ()
    ) -> CallOperators:
        """The operators with a call's keys. `values` are the entities and texts of all that is to be written.

        Without a call id nothing is kept: tokens are labels, and surrogates are the same within these words alone.
        """
        made: dict[OperatorName, OperatorConfig] = {"label": OperatorConfig("label"), "mask": OperatorConfig("mask")}
        if self._master:
            key = self._master.derive("surrogate", call_id or secrets.token_hex())
            made["surrogate"] = OperatorConfig("surrogate", {"key": key, "wholes": self._wholes(values)})
            made["hash"] = OperatorConfig("hash", {"key": self._master.derive("hash")})
            put = partial(self._vault.put, call_id) if call_id else None
            made["token"] = OperatorConfig("token", {"put": put}) if put else made["label"]
        by_id = known if self._policy.agent_names == "replace" else KnownIdentity()
        return CallOperators(self._engine, self._policy, made, by_id)

    def _wholes(self, values: Iterable[tuple[str, str]]) -> list[str]:
        """Numbers that surrogates stand for, the longest first."""
        replaced = (value for value in values if self._policy.operator(value[0]) == "surrogate")
        numbers = {form for entity, text in replaced if (form := canonical(entity, text)).isdigit()}
        return sorted(numbers, key=lambda form: (-len(form), form))


class CallOperators:
    """What stands in the place of the values of one call."""

    def __init__(
        self,
        engine: AnonymizerEngine,
        policy: Policy,
        made: Mapping[OperatorName, OperatorConfig],
        agents: KnownIdentity,
    ) -> None:
        self._engine = engine
        self._policy = policy
        self._made = made
        self._agents = agents

    def write(self, entity: str, value: str) -> str:
        """What is written in the place of a value."""
        agent = agent_id(value, self._agents) if entity == "PERSON" else None
        if agent:
            return f"<AGENT:{agent}>"
        whole = [RecognizerResult(entity, 0, len(value), 1.0)]
        operators = {entity: self._made[self._policy.operator(entity)]}
        return str(self._engine.anonymize(value, whole, operators).text)


def agent_id(name: str, known: KnownIdentity) -> str | None:
    """The id of the one agent whom a name, whole or in part, can mean; None if it is a customer's as well."""
    said = known_names([name]).words
    if not said or said & known_names(known.names).words:
        return None
    found = {id_ for id_, full in zip(known.agent_ids, known.agent_names, strict=False) if _means(said, full)}
    return found.pop() if len(found) == 1 else None


def _means(said: Iterable[str], full_name: str) -> bool:
    agent = known_names([full_name])
    return all(agent.matches(word, capital=True) or agent.sound_like(word) for word in said)
