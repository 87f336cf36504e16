"""Where recognizers of the user's own come from: a file in Presidio's form, and installed packages."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from presidio_analyzer import EntityRecognizer
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider
from pydantic import ValidationError

from pca_pipeline.errors import SetupError
from pca_pipeline.pii.recognizers.own import OwnRecognizer

ENTRY_POINTS = "pca_pipeline.recognizers"
_LANGUAGE = {"supported_languages": ["en"]}
_IGNORED_CASE = {"global_regex_flags": 26}  # as Presidio has it
_ENTITY = re.compile(r"[A-Z][A-Z0-9_]*")  # what labels and tokens are read by
_KEYS = frozenset(  # of a recognizer that the file itself describes
    """name type enabled class_name supported_entity supported_entities supported_language supported_languages patterns
    deny_list deny_list_score context global_regex_flags version country_code score_thresholds""".split()
)
_MOST_TOLD = 3
_HINT = "docs/redaction.md shows a whole file (pii.recognizers)."


def own_recognizers(file: Path | None) -> list[OwnRecognizer]:
    """The recognizers of a file, if there is one, and of the installed packages.

    Raises SetupError that names the file or the package, and what is wrong with it.
    """
    return [*(OwnRecognizer(one) for one in (_listed(file) if file else ())), *installed_recognizers()]


@cache
def installed_recognizers() -> tuple[OwnRecognizer, ...]:
    """The recognizers that installed packages add, by the names of their entry points. Raises SetupError."""
    return tuple(_loaded(point) for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name))


def _listed(file: Path) -> list[EntityRecognizer]:
    """The recognizers of a file, each checked by itself, so that what is wrong can be named."""
    try:
        content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _refused(file, f"cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, ValueError) as error:
        raise _refused(file, f"is not YAML: {_reason(error)}") from None
    listed = content.get("recognizers") if isinstance(content, dict) else None
    if not isinstance(listed, list) or not listed:
        raise _refused(file, "has no list of recognizers")
    recognizers = [made for at, one in enumerate(listed, start=1) for made in _made(file, content, one, at)]
    if not recognizers:
        raise _refused(file, "has none that is enabled, and for English")
    return recognizers


def _made(file: Path, content: dict[str, Any], one: Any, at: int) -> list[EntityRecognizer]:
    """What one entry of a file makes: nothing where it is for other languages."""
    name = one.get("name", "without a name") if isinstance(one, dict) else one
    which = f"recognizer {at} ({name})"
    if isinstance(one, dict) and one.get("type") != "predefined" and (unknown := sorted(one.keys() - _KEYS)):
        raise _refused(file, f"has a {which} with {', '.join(map(str, unknown))}, which Presidio does not know")
    try:
        configuration = _IGNORED_CASE | content | _LANGUAGE | {"recognizers": [one]}
        provider = RecognizerRegistryProvider(registry_configuration=configuration)
        made = list(provider.create_recognizer_registry().recognizers)
    except Exception as error:  # of Presidio's many checks, of patterns
        raise _refused(file, f"has a {which} that is not in Presidio's form: {_reason(error)}") from None
    for entity in filter(_is_no_label, (entity for recognizer in made for entity in recognizer.supported_entities)):
        raise _refused(file, f"has a {which} whose entity {entity!r} is not in capitals, digits and _: it is a label")
    return made


def _is_no_label(entity: str) -> bool:
    return not _ENTITY.fullmatch(entity)


def _refused(file: Path, why: str) -> SetupError:
    return SetupError(f"The file of recognizers {str(file)!r} {why}.", _HINT)


def _reason(error: Exception) -> str:
    """What is wrong, in one line and without the words of the file; Presidio says where only in its error's cause."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"{error.problem}, in line {error.problem_mark.line + 1}"
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        told = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in cause.errors()[:_MOST_TOLD])
        return "; ".join(told).rstrip(".")
    return " ".join(str(error).split()).rstrip(".")


def _loaded(point: EntryPoint) -> OwnRecognizer:
    try:
        recognizer = point.load()()
    except Exception as error:  # outside code: anything can happen
        raise _unfit(point, f"cannot be loaded ({type(error).__name__})") from error
    if not isinstance(recognizer, EntityRecognizer):
        raise _unfit(point, "is no recognizer of Presidio's")
    for entity in filter(_is_no_label, recognizer.supported_entities):
        raise _unfit(point, f"has an entity {entity!r} that is not in capitals, digits and _: it is a label")
    return OwnRecognizer(recognizer, point.dist.version if point.dist else "")


def _unfit(point: EntryPoint, why: str) -> SetupError:
    return SetupError(
        f"The recognizer {point.name!r} of the package {point.value!r} {why}.",
        f"Repair or uninstall the package; its entry point ({ENTRY_POINTS}) is a class of Presidio's EntityRecognizer.",
    )
