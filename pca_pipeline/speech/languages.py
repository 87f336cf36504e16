"""Names of languages as Whisper knows them."""

from __future__ import annotations

from whisper.tokenizer import LANGUAGES, TO_LANGUAGE_CODE

from pca_pipeline.errors import SetupError

UNDETERMINED = "und"  # ISO 639-2
AUTO, RECORD = "auto", "record"  # values of the setting: detected, and as the record says


def language_code(name: str | None) -> str | None:
    """Whisper's code of a language: from a code, a locale (`en-US`) or an English name; None for any other.

    >>> language_code("es-MX"), language_code("Spanish"), language_code("Klingon")
    ('es', 'es', None)
    """
    plain = (name or "").strip().lower()
    code = TO_LANGUAGE_CODE.get(plain, plain.replace("_", "-").split("-")[0])
    return code if code in LANGUAGES else None


def check_language(setting: str, multilingual: bool) -> None:
    """Raise SetupError where a model cannot write what the setting `speech.language` asks for."""
    if setting in (AUTO, RECORD):
        return
    code = language_code(setting)
    if code is None:
        raise SetupError(
            f"speech.language is {setting!r}, which is no language that Whisper knows.",
            "Give a language such as 'en' or 'spanish', 'auto' or 'record'.",
        )
    if code != "en" and not multilingual:
        raise SetupError(
            f"The speech model knows English only, and speech.language is {setting!r}.",
            "Set speech.model to a multilingual model such as 'turbo'.",
        )
