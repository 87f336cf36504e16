"""The languages that redaction reads: rules, names and networks are all of English."""

from __future__ import annotations

from collections.abc import Sized

from pca_pipeline.errors import LanguageError
from pca_pipeline.settings import Settings

READ = "en"


def check_language(languages: str, words: Sized, settings: Settings) -> None:
    """Raise LanguageError where words are in a language that redaction does not read, unless the settings let them pass.

    `languages` are Whisper's codes, several with commas, as in `SpeechStats`; one that nobody told is not read either.
    """
    others = [code for code in languages.split(", ") if code != READ]
    if words and others and settings.pii.other_languages == "refuse":
        raise LanguageError(
            f"The call has words in the language {', '.join(map(repr, others))}, and redaction reads English only.",
            'If it is English, set speech.language = "en". Else pii.other_languages = "redact" lets it through, though '
            "little of its personal data is found; `pca retry` takes it up again.",
        )
