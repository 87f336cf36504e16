"""Times of words from Whisper's cross-attention, for a batch of windows and without encoding them again.

`whisper.timing.find_alignment` runs the encoder once more for each window, one at a time, with fused attention
switched off for the whole process; here what the decoder made of the audio is used again, one pass serves the batch,
and only the heads that know when a word is said are looked at. Steps and numbers are the library's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from whisper.timing import dtw, median_filter
from whisper.tokenizer import Tokenizer

from pca_pipeline.speech.decoding import Decoded
from pca_pipeline.speech.text_decoder import Head, Pair, TextDecoder
from pca_pipeline.speech.texts import TimedWord, timed_word

MEDIAN_FILTER_FRAMES = 7  # whisper/timing.py
FRAMES_PER_SECOND = 50  # of the encoder's output


def align(
    decoder: TextDecoder,
    heads: Sequence[Head],
    tokenizer: Tokenizer,
    heard: list[Pair],
    texts: Sequence[Decoded],
    seconds: Sequence[float],
) -> list[list[TimedWord]]:
    """Words of each window with times in seconds from its start and their mean token probability.

    `heard` is what `TextDecoder.listen` made of the windows, `seconds` how long each is.
    """
    prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    tokens = _padded([*prompt, *text.tokens, tokenizer.eot] for text in texts).to(heard[0][0].device)
    looks = decoder.looks(tokens, heard, heads)
    aligned = []
    for row, text in enumerate(texts):
        # where a token looks tells when the next is said: the prompt's last looks at the first word
        first, last = len(prompt) - 1, len(prompt) + len(text.tokens)
        frames = int(seconds[row] * FRAMES_PER_SECOND)
        matrix = _sharpened(looks[row, :, : last + 1, :frames])[first:last]
        aligned.append(list(_words(tokenizer, text, matrix)) if text.tokens else [])
    return aligned


def _padded(rows: Iterator[list[int]]) -> torch.Tensor:
    """Rows of tokens as one tensor. What comes after a row's end is never looked at: attention is causal."""
    return torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)


def _sharpened(attention: torch.Tensor) -> torch.Tensor:
    """Mean over heads of normalised, smoothed attention: (n_heads, n_tokens, n_frames) to (n_tokens, n_frames)."""
    weights = attention.softmax(dim=-1)
    std, mean = torch.std_mean(weights, dim=-2, keepdim=True, unbiased=False)
    smoothed: torch.Tensor = median_filter((weights - mean) / std, MEDIAN_FILTER_FRAMES)
    return smoothed.mean(dim=0)


def _words(tokenizer: Tokenizer, text: Decoded, matrix: torch.Tensor) -> Iterator[TimedWord]:
    words, word_tokens = tokenizer.split_to_word_tokens([*text.tokens, tokenizer.eot])
    text_indices, time_indices = dtw(-matrix)
    jumps = np.pad(np.diff(text_indices), (1, 0), constant_values=1).astype(bool)
    times = time_indices[jumps] / FRAMES_PER_SECOND
    edges = np.cumsum([0, *map(len, word_tokens[:-1])]).tolist()
    for word, tokens, first, last in zip(words, word_tokens, edges, edges[1:], strict=False):
        probability = float(np.exp(text.log_probabilities[first:last]).mean())
        yield timed_word(word, tokens, tokenizer.decode(tokens[:1]), times[first : last + 1].tolist(), probability)
