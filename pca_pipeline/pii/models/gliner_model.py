"""A GLiNER model that the user has, in Presidio's recognizer."""

from __future__ import annotations

from pca_pipeline.pii.models.base import PresidioModel, folder_of

_ASKED = {"person": "PERSON", "location": "LOCATION", "organization": "ORGANIZATION"}


def load_gliner(folder: str) -> PresidioModel:
    """The model in a folder. Raises ImportError without the package `gliner`, and what that raises."""
    import gliner  # noqa: F401 - Presidio's own message does not say what to install
    from presidio_analyzer.predefined_recognizers import GLiNERRecognizer

    recognizer = GLiNERRecognizer(model_name=folder_of(folder), entity_mapping=_ASKED, local_files_only=True)
    recognizer.load()
    return PresidioModel(recognizer)
