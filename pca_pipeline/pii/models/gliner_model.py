"""A GLiNER model that the user has, in Presidio's recognizer."""

from __future__ import annotations

from pca_pipeline.pii.models.base import PresidioModel, folder_of

_ASKED = {"person": "PERSON", "location": "LOCATION", "organization": "ORGANIZATION"}


def load_gliner(folder: str) -> PresidioModel:
    """The model in a folder. Raises ImportError without the package `gliner`, and what that raises."""
    import gliner  # Presidio's own message does not say what to install
    from presidio_analyzer.predefined_recognizers.ner import gliner_recognizer as presidio

    # where Presidio was imported without it, by quick_start: it needs transformers
    vars(presidio).update(GLiNER=gliner.GLiNER, GLiNERConfig=gliner.GLiNERConfig)
    recognizer = presidio.GLiNERRecognizer(model_name=folder_of(folder), entity_mapping=_ASKED, local_files_only=True)
    recognizer.load()
    return PresidioModel(recognizer)
