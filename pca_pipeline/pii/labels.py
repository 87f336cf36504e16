"""What stands in the place of a value: Presidio's anonymizer with the label operator."""

from __future__ import annotations

from collections.abc import Mapping

from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig, RecognizerResult


class Labels:
    """Replaces values through Presidio's operators; the default writes the entity: "<CREDIT_CARD>"."""

    def __init__(self, operators: Mapping[str, OperatorConfig] | None = None) -> None:
        self._engine = AnonymizerEngine()  # type: ignore[no-untyped-call]
        self._operators = dict(operators or {"DEFAULT": OperatorConfig("replace")})

    def of(self, entity: str, value: str) -> str:
        """What is written in the place of a value."""
        whole = [RecognizerResult(entity, 0, len(value), 1.0)]
        return str(self._engine.anonymize(value, whole, self._operators).text)
