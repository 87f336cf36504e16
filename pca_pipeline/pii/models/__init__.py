"""Models that find names, places and organisations beside the rules: those that the user has.

A model is a small class in its own file here; `load_model` picks it by the setting `pii.model`.
"""

from __future__ import annotations

from collections.abc import Callable

from pca_pipeline.errors import SetupError
from pca_pipeline.pii.models.base import Named, NameModel
from pca_pipeline.pii.models.gliner_model import load_gliner
from pca_pipeline.pii.models.spacy_model import SpacyModel
from pca_pipeline.pii.models.transformers_model import load_transformers

__all__ = ["KINDS", "NONE", "OWN", "NameModel", "Named", "load_model"]

OWN, NONE = "own", "none"  # the second reading alone, and rules alone
KINDS: dict[str, Callable[[str], NameModel]] = {
    "spacy": SpacyModel,
    "transformers": load_transformers,
    "gliner": load_gliner,
}
_WAYS = "pii.model is own, none, or spacy:, transformers: or gliner: and the model's name or folder."


def load_model(setting: str) -> NameModel | None:
    """The model of a setting such as "spacy:en_core_web_lg"; "own" and "none" are none. Raises SetupError."""
    if setting in (OWN, NONE):
        return None
    kind, _, name = setting.partition(":")
    if kind not in KINDS or not name:
        raise SetupError(f"There is no model {setting!r} for names.", _WAYS)
    try:
        return KINDS[kind](name)
    except Exception as error:  # each library raises its own
        raise SetupError(
            f"The model {setting!r} does not load: {error}.",
            f"Install it, or give the folder it lies in. Nothing is downloaded. {_WAYS}",
        ) from None
