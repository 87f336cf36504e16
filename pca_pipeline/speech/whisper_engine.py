"""openai-whisper behind the engine's seam: batched greedy decoding, fallback by row, times by alignment.

The decoding rules are the library's: greedy first, sampling at rising temperature for a row whose text
compresses too well (a loop) or is improbable, silence by the no-speech probability.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from typing import Any

import torch
import whisper
from whisper.audio import N_FRAMES, N_SAMPLES, log_mel_spectrogram, pad_or_trim
from whisper.decoding import DecodingOptions, DecodingResult
from whisper.timing import find_alignment, merge_punctuations
from whisper.tokenizer import get_tokenizer

from pca_pipeline.call import Samples
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import SpeechSettings
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
        """Words of each window, in order. A window is float32 at 16 kHz, at most 30 s."""
        heard: list[list[HeardWord]] = []
        for first in range(0, len(windows), self._batch_size):
            batch = windows[first : first + self._batch_size]
            mels = torch.stack([self._mel(window) for window in batch])
            results = self._decode(mels, max(len(window) for window in batch) / ENGINE_RATE)
            heard += [
                list(self._words(mel, result, len(window) / ENGINE_RATE))
                for mel, result, window in zip(mels, results, batch, strict=True)
            ]
        return heard

    def _mel(self, window: Samples) -> torch.Tensor:
        """Log-mel spectrogram of a window padded to 30 s, shape (n_mels, 3000)."""
        audio = pad_or_trim(torch.from_numpy(window), N_SAMPLES)
        mel: torch.Tensor = log_mel_spectrogram(audio, self._model.dims.n_mels, device=self._model.device)
        return mel

    def _decode(self, mels: torch.Tensor, seconds: float) -> list[DecodingResult]:
        """Greedy for the batch, then each row that fails the checks alone at rising temperature."""
        results: list[DecodingResult] = whisper.decode(self._model, mels, self._options(seconds, 0.0))
        return [result if _acceptable(result) else self._decode_again(result, seconds) for result in results]

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

    def _options(self, seconds: float, temperature: float) -> DecodingOptions:
        return DecodingOptions(
            language=self.language,
            temperature=temperature,
            without_timestamps=True,  # times come from alignment, which is finer than timestamp tokens
            sample_len=min(int(TOKENS_PER_SECOND * seconds) + SPARE_TOKENS, self._model.dims.n_text_ctx // 2),
            fp16=self._model.device.type == "cuda",
        )

    def _words(self, mel: torch.Tensor, result: DecodingResult, seconds: float) -> Iterator[HeardWord]:
        if _is_silence(result):
            return
        tokens = [token for token in result.tokens if token < self._tokenizer.eot]
        frames = min(N_FRAMES, int(seconds * 100) + 1)  # mel frames are 10 ms
        alignment: list[Any] = find_alignment(self._model, self._tokenizer, tokens, mel, frames)
        merge_punctuations(alignment, "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、")
        for timing in alignment:
            text = timing.word.strip()
            if text.strip(string.punctuation):
                yield HeardWord(text, float(timing.start), float(timing.end), float(timing.probability))


def _acceptable(result: DecodingResult) -> bool:
    return _is_silence(result) or (not _loops(result) and result.avg_logprob >= MIN_MEAN_LOG_PROBABILITY)


def _loops(result: DecodingResult) -> bool:
    return bool(result.compression_ratio > MAX_COMPRESSION_RATIO)


def _is_silence(result: DecodingResult) -> bool:
    return bool(result.no_speech_prob > MAX_NO_SPEECH_PROBABILITY and result.avg_logprob < MIN_MEAN_LOG_PROBABILITY)
