"""A contact centre's own words: terms that are likely to be said, and corrections of what is often misheard."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from pca_pipeline.call import Word
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import SpeechSettings

Replace = Callable[[tuple[Word, ...]], tuple[Word, ...]]
_MARKS = "\"'“”¿([{-.,!?:;)]}"


def check_vocabulary(settings: SpeechSettings) -> None:
    """Raise SetupError if a file of the settings cannot be read: before any call is taken."""
    load_hot_words(settings.hot_words)
    load_replacements(settings.replacements)


def load_hot_words(path: Path | None) -> tuple[str, ...]:
    """The terms of a text file, one per line; lines that begin with # are comments. Raises SetupError."""
    if path is None:
        return ()
    lines = (line.strip() for line in _read(path, "speech.hot_words").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def load_replacements(path: Path | None) -> Replace:
    """A function that applies the corrections of a TOML file, such as `"acme care" = "AcmeCare"`. Raises SetupError.

    Words are compared without capitals and punctuation; the longest match counts.
    """
    if path is None:
        return tuple
    try:
        table = tomllib.loads(_read(path, "speech.replacements"))
    except tomllib.TOMLDecodeError as error:
        raise SetupError(f"{path} is no TOML: {error}.", 'Write lines such as: "acme care" = "AcmeCare"') from error
    wrong = [heard for heard, written in table.items() if not isinstance(written, str) or not written.split()]
    if wrong:
        raise SetupError(f"{path} names {wrong[0]!r} with something else than a text.", "Write text = text.")
    phrases = {_key_of(heard.split()): written for heard, written in table.items()}
    return lambda words: _replaced(words, phrases)


def _read(path: Path, setting: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"{path} cannot be read ({type(error).__name__}).", f"Check {setting}.") from error


def _replaced(words: Sequence[Word], phrases: Mapping[tuple[str, ...], str]) -> tuple[Word, ...]:
    """Each channel on its own, since words of both channels are interleaved."""
    replaced = [
        word
        for channel in sorted({word.channel for word in words})
        for word in _replaced_in([word for word in words if word.channel == channel], phrases)
    ]
    return tuple(sorted(replaced, key=lambda word: (word.start, word.channel)))


def _replaced_in(words: Sequence[Word], phrases: Mapping[tuple[str, ...], str]) -> list[Word]:
    longest = max(map(len, phrases), default=0)
    written: list[Word] = []
    at = 0
    while at < len(words):
        lengths = range(min(longest, len(words) - at), 0, -1)
        length = next((n for n in lengths if _key_of([w.text for w in words[at : at + n]]) in phrases), 0)
        run = words[at : at + max(length, 1)]
        written += _written(run, phrases[_key_of([w.text for w in run])].split()) if length else run
        at += len(run)
    return written


def _written(run: Sequence[Word], texts: Sequence[str]) -> list[Word]:
    """The texts as words in the time of the run; the punctuation after its last word stays."""
    tail = run[-1].text[len(run[-1].text.rstrip(_MARKS)) :]
    texts = [*texts[:-1], texts[-1] + tail]
    if len(texts) == len(run):
        return [replace(word, text=text) for word, text in zip(run, texts, strict=True)]
    edges = np.linspace(run[0].start, run[-1].end, len(texts) + 1).tolist()
    probability = min(word.probability for word in run)
    return [
        Word(text, start, end, probability, run[0].channel)
        for text, start, end in zip(texts, edges, edges[1:], strict=False)
    ]


def _key_of(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text.strip(_MARKS).lower() for text in texts)
