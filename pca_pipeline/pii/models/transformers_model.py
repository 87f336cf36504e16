"""A token classifier of Hugging Face transformers that the user has, in Presidio's recognizer."""

from __future__ import annotations

from pca_pipeline.pii.models.base import LABELS, PresidioModel, folder_of


def load_transformers(folder: str) -> PresidioModel:
    """The model in a folder. Raises ImportError without the package `transformers`, and what that raises."""
    import transformers  # Presidio's own message does not say what to install
    from presidio_analyzer.predefined_recognizers.ner import huggingface_ner_recognizer as presidio

    vars(presidio).update(hf_pipeline=transformers.pipeline)  # where Presidio was imported without it, by quick_start
    recognizer = presidio.HuggingFaceNerRecognizer(model_name=folder_of(folder), label_mapping=dict(LABELS))
    recognizer.load()
    return PresidioModel(recognizer)
