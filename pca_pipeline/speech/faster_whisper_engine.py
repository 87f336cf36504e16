"""An engine for faster-whisper's models: CTranslate2, int8 on the CPU.

The model decodes passages of many channels in one batch; faster-whisper's own batches hold one channel and have no
fallback. Spectrogram and tokenizer are openai-whisper's, so that a folder of weights is all that is needed: without
`tokenizer.json` in it, faster-whisper would use the network.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from whisper.audio import FRAMES_PER_SECOND, N_SAMPLES, log_mel_spectrogram, pad_or_trim
from whisper.tokenizer import Tokenizer, get_tokenizer
from whisper.utils import compression_ratio

import pca_pipeline.telemetry  # noqa: F401  (before faster-whisper brings Hugging Face's hub)
from pca_pipeline.errors import MissingWeightsError, SetupError
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.engine import HeardPassage, HeardWord, Passage, for_language_detection
from pca_pipeline.speech.languages import check_language
from pca_pipeline.speech.processes import cores
from pca_pipeline.speech.texts import MAX_TOKENS, Quality, TimedWord, heard_words, timed_word, token_limit
from pca_pipeline.speech.weights import choose_device

try:  # the extra [faster]
    import ctranslate2
    import faster_whisper
except ImportError:
    ctranslate2 = faster_whisper = None

MAX_HOT_WORD_TOKENS = 200  # the context without a text and the special tokens
FRAME_SECONDS = 0.02  # of the encoder's output

GREEDY = {"beam_size": 1}
# The fallback is beam search rather than sampling: CTranslate2 cannot seed a sample, and a call's words must not depend
# on the calls before it.
SECOND_TRIES: tuple[dict[str, Any], ...] = ({"beam_size": 5}, {"beam_size": 5, "no_repeat_ngram_size": 4})


@dataclass(frozen=True, slots=True, repr=False)
class _Text:
    """One try at a passage. Raw."""

    tokens: list[int]
    quality: Quality


class FasterWhisperEngine:
    """A CTranslate2 Whisper in memory. Not for use from several threads at once."""

    def __init__(self, settings: SpeechSettings) -> None:
        """Load what `speech.model` names: a folder, or one of faster-whisper's names. Raises SetupError."""
        self._model = load_model(settings)
        check_language(settings.language, self._model.is_multilingual)
        self.name = Path(settings.model).name
        self._batch_size = settings.batch_size

    def hear(self, passages: Sequence[Passage]) -> list[HeardPassage]:
        """What is said in each passage, in order.

        Passages of the same hot words and like length are decoded together: CTranslate2 takes prompts of one length
        in a batch, and a batch runs until its last row ends. Each is encoded once.
        """
        batches = list(self._batches(passages))
        encoded = [self._encode([passages[index] for index in batch]) for batch in batches]
        languages = self._languages(passages, batches, encoded)
        heard: dict[int, HeardPassage] = {}
        for batch, features in zip(batches, encoded, strict=True):
            said = self._hear_batch([passages[i] for i in batch], features, [languages[i] for i in batch])
            heard.update(zip(batch, said, strict=True))
        return [heard[index] for index in range(len(passages))]

    def _batches(self, passages: Sequence[Passage]) -> Iterator[list[int]]:
        alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for index in sorted(range(len(passages)), key=lambda i: passages[i].seconds):
            alike[passages[index].hot_words].append(index)
        for indices in alike.values():
            for first in range(0, len(indices), self._batch_size):
                yield indices[first : first + self._batch_size]

    def _encode(self, passages: Sequence[Passage]) -> Any:
        """The encoder's output, a ctranslate2.StorageView of shape (n_passages, 1500, n_state)."""
        padded = [pad_or_trim(torch.from_numpy(passage.samples), N_SAMPLES) for passage in passages]
        mels = torch.stack([log_mel_spectrogram(samples, self._model.n_mels) for samples in padded])
        return self._model.encode(ctranslate2.StorageView.from_array(mels.numpy()))

    def _languages(
        self, passages: Sequence[Passage], batches: Sequence[Sequence[int]], encoded: Sequence[Any]
    ) -> list[str]:
        """The language of each passage: as given, else the likeliest over its group's passages for detection."""
        if not self._model.is_multilingual:
            return ["en"] * len(passages)
        chances: dict[int, Counter[str]] = defaultdict(Counter)
        asked = for_language_detection(passages)
        for batch, features in zip(batches, encoded, strict=True):
            rows = [row for row, index in enumerate(batch) if index in asked]
            guessed = self._model.detect_language(features) if rows else []
            for row in rows:
                logs = {token[2:-2]: math.log(max(chance, 1e-30)) for token, chance in guessed[row]}
                chances[passages[batch[row]].group].update(logs)
        return [passage.language or chances[passage.group].most_common(1)[0][0] for passage in passages]

    def _hear_batch(self, passages: Sequence[Passage], encoded: Any, languages: Sequence[str]) -> list[HeardPassage]:
        texts = self._decode(encoded, passages, languages)
        said = [[] if text.quality.silence else text.tokens for text in texts]
        words = self._align(encoded, passages, languages, said)
        return [
            HeardPassage(words[row], language, text.quality.no_speech)
            for row, (language, text) in enumerate(zip(languages, texts, strict=True))
        ]

    def _decode(self, encoded: Any, passages: Sequence[Passage], languages: Sequence[str]) -> list[_Text]:
        """Greedy for the whole batch; rows that fail the checks are decoded again together."""
        prompts = [
            _prompt(self._tokenizer(language), passage.hot_words)
            for passage, language in zip(passages, languages, strict=True)
        ]
        limits = [token_limit(passage.seconds) for passage in passages]
        tries = [[text] for text in self._generate(encoded, prompts, limits, GREEDY)]
        for way in SECOND_TRIES:
            failed = [row for row, texts in enumerate(tries) if not any(text.quality.acceptable for text in texts)]
            if failed:
                chosen = [prompts[row] for row in failed], [limits[row] for row in failed]
                for row, text in zip(failed, self._generate(_rows(encoded, failed), *chosen, way), strict=True):
                    tries[row].append(text)
        return [max(texts, key=lambda text: text.quality.rank) for texts in tries]

    def _generate(self, encoded: Any, prompts: list[list[int]], limits: list[int], way: dict[str, Any]) -> list[_Text]:
        most = max(limits)
        results = self._model.generate(
            encoded,
            prompts,
            # CTranslate2 ends a text at the half of this, and where prompt and text together reach it
            max_length=min(max(2 * most, most + len(prompts[0])), 2 * MAX_TOKENS),
            return_scores=True,
            return_no_speech_prob=True,
            **way,
        )
        tokenizer = self._tokenizer("en")
        return [_text(result, limit, tokenizer) for result, limit in zip(results, limits, strict=True)]

    def _align(
        self, encoded: Any, passages: Sequence[Passage], languages: Sequence[str], said: Sequence[list[int]]
    ) -> dict[int, tuple[HeardWord, ...]]:
        """Words with times, by row; rows of one language together, as CTranslate2 requires."""
        words: dict[int, tuple[HeardWord, ...]] = {}
        for language in set(languages):
            rows = [row for row, other in enumerate(languages) if other == language]
            features = encoded if len(rows) == len(languages) else _rows(encoded, rows)
            frames = [int(passages[row].seconds * FRAMES_PER_SECOND) for row in rows]
            tokenizer = self._tokenizer(language)
            aligned = self._model.align(features, list(tokenizer.sot_sequence), [said[row] for row in rows], frames)
            for row, alignment in zip(rows, aligned, strict=True):
                words[row] = tuple(heard_words(list(_timed(tokenizer, said[row], alignment))))
        return words

    def _tokenizer(self, language: str) -> Tokenizer:
        """The library keeps one for each language."""
        multilingual, languages = self._model.is_multilingual, self._model.num_languages
        return get_tokenizer(multilingual, num_languages=languages, language=language, task="transcribe")


def load_model(settings: SpeechSettings) -> Any:
    """A ctranslate2.models.Whisper on the device of the settings. Raises SetupError with how to fix it.

    Weights that are named and not on this machine yet are downloaded, which needs a network.
    """
    check_installed()
    device = choose_device(settings.device)
    threads = settings.threads or cores()
    torch.set_num_threads(threads)  # for what is computed beside the model; silero-vad left one
    try:
        return ctranslate2.models.Whisper(
            str(_folder(settings)),
            device=device,
            device_index=torch.cuda.current_device() if device == "cuda" else 0,
            compute_type=settings.compute_type,
            intra_threads=threads,
        )
    except (RuntimeError, ValueError, OSError) as error:  # files, compute types, the network
        types = ", ".join(sorted(ctranslate2.get_supported_compute_types(device)))
        raise SetupError(
            f"The speech model {settings.model!r} could not be loaded ({type(error).__name__}).",
            f"speech.model must be a folder with a Whisper for CTranslate2 (model.bin, config.json), and "
            f"speech.compute_type auto or one of: {types}.",
        ) from error


def check_installed() -> None:
    """Raises SetupError without the extra `faster`."""
    if ctranslate2 is None:
        raise SetupError(
            "faster-whisper is not installed.",
            'Run `pip install -e ".[faster]"` in the folder of pca_pipeline\'s source.',
        )


def find_model(settings: SpeechSettings) -> Path:
    """The folder that would be loaded. Raises MissingWeightsError when it is not on this machine."""
    check_installed()
    path = Path(settings.model)
    if path.is_dir():
        return path
    _check_name(settings.model)
    try:
        return Path(faster_whisper.download_model(settings.model, local_files_only=True, cache_dir=_cache(settings)))
    except OSError as error:
        raise MissingWeightsError(
            f"The weights of {settings.model!r} are not on this machine.",
            "The first `pca run` downloads them. Without a network: make a folder of them from a checkpoint "
            "(`pca convert-model`), and set speech.model to it.",
        ) from error


def _folder(settings: SpeechSettings) -> Path:
    """The folder that `speech.model` names; for one of faster-whisper's names, its folder, downloaded if need be."""
    try:
        return find_model(settings)
    except MissingWeightsError:
        return Path(faster_whisper.download_model(settings.model, cache_dir=_cache(settings)))


def _check_name(name: str) -> None:
    """Raises SetupError for a name that faster-whisper does not know: a mistyped path must not reach the network."""
    if name not in faster_whisper.available_models():
        raise SetupError(
            f"There is no speech model {name!r} for faster-whisper.",
            "Give the folder of a model for CTranslate2 (`pca convert-model` makes one of a checkpoint), "
            f"or one of: {', '.join(faster_whisper.available_models())}.",
        )


def _cache(settings: SpeechSettings) -> str | None:
    return str(settings.model_folder) if settings.model_folder else None


def _rows(encoded: Any, rows: Sequence[int]) -> Any:
    """Some rows of the encoder's output, on the CPU; CTranslate2 moves them back to its device by itself."""
    here = encoded.to(ctranslate2.DataType.float32).to_device(ctranslate2.Device.cpu)
    return ctranslate2.StorageView.from_array(np.array(here)[list(rows)])


def _prompt(tokenizer: Tokenizer, hot_words: Sequence[str]) -> list[int]:
    """The tokens before a text; hot words stand where Whisper expects what was said before."""
    before = tokenizer.encode(" " + ", ".join(hot_words))[:MAX_HOT_WORD_TOKENS] if hot_words else []
    return [*([tokenizer.sot_prev] if before else []), *before, *tokenizer.sot_sequence, tokenizer.no_timestamps]


def _text(result: Any, limit: int, tokenizer: Tokenizer) -> _Text:
    """A result of CTranslate2, cut at the passage's own limit so that its neighbours change nothing."""
    tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
    count = len(result.sequences_ids[0])
    return _Text(
        tokens[:limit],
        Quality(
            # its score is a mean over the tokens; the library counts the end as one
            mean_log_probability=result.scores[0] * count / (count + 1),
            compression_ratio=compression_ratio(tokenizer.decode(tokens[:limit]) or " "),
            no_speech=result.no_speech_prob,
            ended=count < limit,
        ),
    )


def _timed(tokenizer: Tokenizer, tokens: list[int], alignment: Any) -> Iterator[TimedWord]:
    """Words with times in seconds, by the path that CTranslate2 found through the cross-attention."""
    words, word_tokens = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    token_at, frame_at = np.array(alignment.alignments, dtype=np.int64).reshape(-1, 2).T
    starts = frame_at[np.diff(token_at, prepend=-1) > 0] * FRAME_SECONDS  # of each token, the end of text included
    edges = np.cumsum([0, *map(len, word_tokens)]).tolist()
    for word, parts, first, last in zip(words, word_tokens, edges, edges[1:], strict=False):
        if last <= len(tokens):
            probability = float(np.mean(alignment.text_token_probs[first:last]))
            yield timed_word(word, parts, tokenizer.decode(parts[:1]), starts[first : last + 1].tolist(), probability)
