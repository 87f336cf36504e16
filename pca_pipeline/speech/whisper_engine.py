"""openai-whisper behind the engine's seam: batched greedy decoding, fallback by row, times by alignment.

The decoding rules are the library's: greedy first, sampling at rising temperature for a row whose text
compresses too well (a loop) or is improbable, silence by the no-speech probability.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence

import torch
import whisper
from whisper.audio import N_SAMPLES, log_mel_spectrogram, pad_or_trim
from whisper.decoding import DecodingOptions, DecodingResult
from whisper.timing import WordTiming, merge_punctuations
from whisper.tokenizer import get_tokenizer

from pca_pipeline.call import Samples
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.alignment import align
from pca_pipeline.speech.engine import ENGINE_RATE, HeardWord
from pca_pipeline.speech.weights import load_weights

# The library's own thresholds (whisper/transcribe.py).
TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0)
MAX_COMPRESSION_RATIO = 2.4
MIN_MEAN_LOG_PROBABILITY = -1.0
MAX_NO_SPEECH_PROBABILITY = 0.6
TOKENS_PER_SECOND = 12.0  # digits read fast make 5 a second; a runaway decoder would go on to 224
SPARE_TOKENS = 12


class WhisperEngine:
    """A Whisper model in memory. Not for use from several threads at once."""

    def __init__(self, settings: SpeechSettings) -> None:
        if settings.threads:
            torch.set_num_threads(settings.threads)
        self._model = load_weights(settings)
        if not self._model.is_multilingual and settings.language != "en":
            raise SetupError(
                f"The speech model knows English only, and speech.language is {settings.language!r}.",
                "Set speech.model to a multilingual model such as 'turbo'.",
            )
        self.name = settings.model.rsplit("/", 1)[-1]
        self.language = settings.language
        self._batch_size = settings.batch_size
        self._tokenizer = get_tokenizer(
            self._model.is_multilingual,
            num_languages=self._model.num_languages,
            language=settings.language,
            task="transcribe",
        )

    def hear(self, windows: Sequence[Samples]) -> list[list[HeardWord]]:
        """Words of each window, in order. A window is float32 at 16 kHz, at most 30 s.

        Windows of like length are decoded together, since a batch runs until its last row ends.
        """
        order = sorted(range(len(windows)), key=lambda index: len(windows[index]))
        heard: list[list[HeardWord]] = [[] for _ in windows]
        for first in range(0, len(order), self._batch_size):
            batch = order[first : first + self._batch_size]
            for index, words in zip(batch, self._hear_batch([windows[i] for i in batch]), strict=True):
                heard[index] = words
        return heard

    def _hear_batch(self, windows: Sequence[Samples]) -> list[list[HeardWord]]:
        seconds = [len(window) / ENGINE_RATE for window in windows]
        results = self._decode(torch.stack([self._mel(window) for window in windows]), seconds)
        aligned = align(
            self._model,
            self._tokenizer,
            torch.stack([result.audio_features for result in results]),
            [self._text(result) for result in results],
            seconds,
        )
        return [list(_heard(timings)) for timings in aligned]

    def _text(self, result: DecodingResult) -> list[int]:
        """The tokens that say something; none for what is silence by the library's rule."""
        return [] if _is_silence(result) else [token for token in result.tokens if token < self._tokenizer.eot]

    def _mel(self, window: Samples) -> torch.Tensor:
        """Log-mel spectrogram of a window padded to 30 s, shape (n_mels, 3000)."""
        audio = pad_or_trim(torch.from_numpy(window), N_SAMPLES)
        mel: torch.Tensor = log_mel_spectrogram(audio, self._model.dims.n_mels, device=self._model.device)
        return mel

    def _decode(self, mels: torch.Tensor, seconds: Sequence[float]) -> list[DecodingResult]:
        """Greedy for the batch, then each row that fails the checks alone at rising temperature.

        A row that went on past its own limit of tokens is cut there, so that its neighbours change nothing.
        """
        greedy: list[DecodingResult] = whisper.decode(self._model, mels, self._options(max(seconds), 0.0))
        results = []
        for result, length in zip(greedy, seconds, strict=True):
            if len(result.tokens) > self._token_limit(length):
                result = whisper.decode(self._model, result.audio_features, self._options(length, 0.0))
            results.append(result if _acceptable(result) else self._decode_again(result, length))
        return results

    def _decode_again(self, greedy: DecodingResult, seconds: float) -> DecodingResult:
        """The first acceptable sample; if there is none, the most probable of all that do not loop."""
        tries = [greedy]
        for temperature in TEMPERATURES:
            torch.manual_seed(0)  # so that a call's words never depend on the calls before it
            options = self._options(seconds, temperature)
            tries.append(whisper.decode(self._model, greedy.audio_features, options))
            if _acceptable(tries[-1]):
                return tries[-1]
        return max(tries, key=lambda result: (not _loops(result), result.avg_logprob))

    def _token_limit(self, seconds: float) -> int:
        """More tokens than anybody says in so many seconds."""
        limit: int = self._model.dims.n_text_ctx // 2
        return min(int(TOKENS_PER_SECOND * seconds) + SPARE_TOKENS, limit)

    def _options(self, seconds: float, temperature: float) -> DecodingOptions:
        return DecodingOptions(
            language=self.language,
            temperature=temperature,
            without_timestamps=True,  # times come from alignment, which is finer than timestamp tokens
            sample_len=self._token_limit(seconds),
            fp16=self._model.device.type == "cuda",
        )


def _heard(timings: list[WordTiming]) -> Iterator[HeardWord]:
    """Words without marks that stand alone."""
    merge_punctuations(timings, "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、")
    for timing in timings:
        text = timing.word.strip()
        if text.strip(string.punctuation):
            yield HeardWord(text, float(timing.start), float(timing.end), float(timing.probability))


def _acceptable(result: DecodingResult) -> bool:
    return _is_silence(result) or (not _loops(result) and result.avg_logprob >= MIN_MEAN_LOG_PROBABILITY)


def _loops(result: DecodingResult) -> bool:
    return bool(result.compression_ratio > MAX_COMPRESSION_RATIO)


def _is_silence(result: DecodingResult) -> bool:
    return bool(result.no_speech_prob > MAX_NO_SPEECH_PROBABILITY and result.avg_logprob < MIN_MEAN_LOG_PROBABILITY)
