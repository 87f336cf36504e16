"""Word times from Whisper's cross-attention (dynamic time warping), for a batch of windows encoded only once.

`whisper.timing.find_alignment` runs the encoder again for each window, one at a time, with fused attention switched
off for the whole process. Here the cross-attention keys and values are used again, one pass of the decoder serves the
batch, and only the alignment heads' scores are computed. Steps and numbers are the library's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from whisper.timing import dtw, median_filter
from whisper.tokenizer import Tokenizer

from pca_pipeline.speech.decoding import Decoded
from pca_pipeline.speech.text_decoder import Head, KeyValue, TextDecoder
from pca_pipeline.speech.texts import TimedWord, timed_word

MEDIAN_FILTER_FRAMES = 7  # whisper/timing.py
FRAMES_PER_SECOND = 50  # of the encoder's output


def align(
    decoder: TextDecoder,
    heads: Sequence[Head],
    tokenizer: Tokenizer,
    cross: list[KeyValue],
    texts: Sequence[Decoded],
    seconds: Sequence[float],
) -> list[list[TimedWord]]:
    """Words of each window with times in seconds from its start and their mean token probability.

    `cross` holds the windows' keys and values (`TextDecoder.project`); `seconds` is how long each window is.
    """
    prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    tokens = _padded([*prompt, *text.tokens, tokenizer.eot] for text in texts).to(cross[0][0].device)
    scores = decoder.cross_attention(tokens, cross, heads)
    aligned = []
    for row, text in enumerate(texts):
        # a position attends to where its next token is said: the prompt's last one to the first word
        first, last = len(prompt) - 1, len(prompt) + len(text.tokens)
        frames = int(seconds[row] * FRAMES_PER_SECOND)
        matrix = _sharpened(scores[row, :, : last + 1, :frames])[first:last]
        aligned.append(list(_words(tokenizer, text, matrix)) if text.tokens else [])
    return aligned


def _padded(rows: Iterator[list[int]]) -> torch.Tensor:
    """Rows of tokens as one tensor. Attention is causal: padding on the right changes nothing before it."""
    return torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)


def _sharpened(scores: torch.Tensor) -> torch.Tensor:
    """Mean over heads of normalised, smoothed attention: (n_heads, n_tokens, n_frames) to (n_tokens, n_frames)."""
    weights = scores.softmax(dim=-1)
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
