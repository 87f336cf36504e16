"""An engine for openai-whisper's models, with its tokenizer and decoding rules, for batches.

Every passage is encoded once; language detection, decoding, fallback and word times share the encoder's output.
Decoding is greedy first; rows whose text compresses too well (a loop), is improbable or does not end are decoded again
together at rising temperature, as the library does for one window.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from whisper.tokenizer import Tokenizer, get_tokenizer
from whisper.utils import compression_ratio

from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.alignment import align
from pca_pipeline.speech.cuda_graphs import StepGraphs
from pca_pipeline.speech.decoding import FETCH_STEPS, Decoded, Rules, decode, greedy_step
from pca_pipeline.speech.engine import HeardPassage, HeardWord, Passage, for_language_detection
from pca_pipeline.speech.languages import check_language
from pca_pipeline.speech.processes import cores
from pca_pipeline.speech.spectrogram import log_mel
from pca_pipeline.speech.text_decoder import KeyValue, TextDecoder
from pca_pipeline.speech.texts import Quality, heard_words, token_limit
from pca_pipeline.speech.weights import load_weights

FALLBACK_TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0)  # whisper/transcribe.py
ENCODED_AT_ONCE = 2  # passages, on a CPU: measured, larger batches fall out of its caches and take twice as long


@dataclass(frozen=True, slots=True, repr=False)
class _Text:
    """One try at a passage. Raw."""

    decoded: Decoded
    quality: Quality


class WhisperEngine:
    """A Whisper model in memory. Not for use from several threads at once."""

    def __init__(self, settings: SpeechSettings) -> None:
        torch.set_num_threads(settings.threads or cores())
        self._model = load_weights(settings)
        check_language(settings.language, self._model.is_multilingual)
        self.name = settings.model.rsplit("/", 1)[-1]
        self._batch_size = settings.batch_size
        self._decoder = TextDecoder(self._model)
        self._heads = [(layer, head) for layer, head in self._model.alignment_heads.indices().T.tolist()]
        self._rules = Rules(self._tokenizer("en"), self._model.device)
        step = partial(greedy_step, self._decoder, self._rules)
        on_gpu = self._model.device.type == "cuda"
        self._graphs = StepGraphs(step, self._decoder.context) if on_gpu else None

    def _tokenizer(self, language: str) -> Tokenizer:
        """The library keeps one for each language."""
        multilingual, languages = self._model.is_multilingual, self._model.num_languages
        return get_tokenizer(multilingual, num_languages=languages, language=language, task="transcribe")

    @torch.inference_mode()
    def hear(self, passages: Sequence[Passage]) -> list[HeardPassage]:
        """What is said in each passage, in order.

        Passages of like length are decoded together, since a batch runs until its last row ends.
        """
        order = sorted(range(len(passages)), key=lambda index: len(passages[index].samples))
        batches = [order[first : first + self._batch_size] for first in range(0, len(order), self._batch_size)]
        features = [self._encode([passages[index] for index in batch]) for batch in batches]
        languages = self._languages(passages, batches, features)
        heard: dict[int, HeardPassage] = {}
        for batch, encoded in zip(batches, features, strict=True):
            said = self._hear_batch([passages[i] for i in batch], encoded, [languages[i] for i in batch])
            heard.update(zip(batch, said, strict=True))
        return [heard[index] for index in range(len(passages))]

    def _encode(self, passages: Sequence[Passage]) -> Tensor:
        """The encoder's output, shape (n_passages, 1500, n_state), in the decoder's precision."""
        encoder, decoder = self._model.encoder, self._model.decoder
        at_once = len(passages) if self._model.device.type == "cuda" else ENCODED_AT_ONCE
        mels = (
            log_mel([passage.samples for passage in passages[first : first + at_once]], self._model)
            for first in range(0, len(passages), at_once)
        )
        encoded = torch.cat([encoder(mel.to(encoder.conv1.weight.dtype)) for mel in mels])
        return encoded.to(decoder.token_embedding.weight.dtype)

    def _languages(
        self, passages: Sequence[Passage], batches: Sequence[Sequence[int]], features: Sequence[Tensor]
    ) -> list[str]:
        """The language of each passage: as given, else the likeliest over its group's passages for detection."""
        if not self._model.is_multilingual:
            return ["en"] * len(passages)
        chances: defaultdict[int, Tensor] = defaultdict(lambda: torch.zeros(()))
        tokenizer, asked = self._tokenizer("en"), for_language_detection(passages)
        for batch, encoded in zip(batches, features, strict=True):
            unknown = [row for row, index in enumerate(batch) if index in asked]
            if unknown:
                logits = self._at_start(self._decoder.project(encoded[unknown]))[:, list(tokenizer.all_language_tokens)]
                for row, chance in zip(unknown, logits.log_softmax(dim=-1).cpu(), strict=True):
                    chances[passages[batch[row]].group] = chances[passages[batch[row]].group] + chance
        found = {group: tokenizer.all_language_codes[int(chance.argmax())] for group, chance in chances.items()}
        return [passage.language or found[passage.group] for passage in passages]

    def _at_start(self, cross: list[KeyValue]) -> Tensor:
        """Logits of all tokens after the start of a transcript, shape (n_rows, n_vocab)."""
        tokens, cache = self._decoder.prepare(cross, [[self._tokenizer("en").sot]] * len(cross[0][0]), 0)
        states = self._decoder.advance(tokens, cache, torch.zeros(1, dtype=torch.long, device=tokens.device), 1)
        return self._decoder.logits(states[:, 0], self._model.dims.n_vocab)

    def _hear_batch(
        self, passages: Sequence[Passage], features: Tensor, languages: Sequence[str]
    ) -> list[HeardPassage]:
        cross = self._decoder.project(features)
        no_speech = self._at_start(cross).softmax(dim=-1)[:, self._tokenizer("en").no_speech].tolist()
        texts = self._decode(passages, cross, languages, no_speech)
        said = [None if text.quality.silence else text.decoded for text in texts]
        words = self._align(passages, cross, languages, said)
        return [HeardPassage(*row) for row in zip(words, languages, no_speech, strict=True)]

    def _decode(
        self, passages: Sequence[Passage], cross: list[KeyValue], languages: Sequence[str], no_speech: Sequence[float]
    ) -> list[_Text]:
        """Greedy for the whole batch; rows that fail the checks are decoded again together at rising temperature."""
        prompts = [self._prompt(p, language) for p, language in zip(passages, languages, strict=True)]
        limits = [token_limit(passage.seconds) for passage in passages]
        rows = list(range(len(passages)))
        tries: list[list[_Text]] = [[] for _ in passages]
        for temperature in (0.0, *FALLBACK_TEMPERATURES):
            part = [(keys[rows], values[rows]) for keys, values in cross] if len(rows) < len(passages) else cross
            chosen = [prompts[row] for row in rows], [limits[row] for row in rows]
            texts = decode(self._decoder, self._rules, part, *chosen, temperature, self._graphs)
            for row, decoded in zip(rows, texts, strict=True):
                tries[row].append(self._text(decoded, languages[row], no_speech[row]))
            rows = [row for row in rows if not tries[row][-1].quality.acceptable]
            if not rows:
                break
        return [max(kept, key=lambda text: text.quality.rank) for kept in tries]

    def _text(self, decoded: Decoded, language: str, no_speech: float) -> _Text:
        ratio = compression_ratio(self._tokenizer(language).decode(list(decoded.tokens)) or " ")
        return _Text(decoded, Quality(decoded.mean_log_probability, ratio, no_speech, decoded.ended))

    def _prompt(self, passage: Passage, language: str) -> list[int]:
        """The tokens before a text: hot words as if they had just been said, then language and task."""
        tokenizer = self._tokenizer(language)
        start = list(tokenizer.sot_sequence_including_notimestamps)
        if not passage.hot_words:
            return start
        most = self._decoder.context // 2 - FETCH_STEPS - len(start) - 1
        return [tokenizer.sot_prev, *tokenizer.encode(" " + ", ".join(passage.hot_words))[:most], *start]

    def _align(
        self,
        passages: Sequence[Passage],
        cross: list[KeyValue],
        languages: Sequence[str],
        texts: Sequence[Decoded | None],
    ) -> list[tuple[HeardWord, ...]]:
        """Words with times; passages of one language together, since languages split words differently."""
        words: list[tuple[HeardWord, ...]] = [()] * len(passages)
        for language in set(languages):
            spoken = {
                row: text for row, text in enumerate(texts) if text and text.tokens and languages[row] == language
            }
            if spoken:
                rows = list(spoken)
                timings = align(
                    self._decoder,
                    self._heads,
                    self._tokenizer(language),
                    [(keys[rows], values[rows]) for keys, values in cross],
                    list(spoken.values()),
                    [passages[row].seconds for row in rows],
                )
                for row, timing in zip(rows, timings, strict=True):
                    words[row] = tuple(heard_words(timing))
        return words
