"""Times of words from Whisper's cross-attention, for a batch of windows and without encoding them again.

`whisper.timing.find_alignment` runs the encoder once more for each window; here the features that decoding left
are used, and one pass of the decoder serves the batch. Steps and numbers are the library's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from whisper.model import disable_sdpa
from whisper.timing import WordTiming, dtw, median_filter
from whisper.tokenizer import Tokenizer

MEDIAN_FILTER_FRAMES = 7  # whisper/timing.py
FRAMES_PER_SECOND = 50  # of the encoder's output


def align(
    model: Any,
    tokenizer: Tokenizer,
    features: torch.Tensor,
    texts: Sequence[Sequence[int]],
    seconds: Sequence[float],
) -> list[list[WordTiming]]:
    """Words of each window with times in seconds from its start and their mean token probability.

    `features` is the encoder's output, shape (n_windows, 1500, n_state); `texts` are the tokens that were decoded,
    without special ones; `seconds` is how long each window is.
    """
    prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    attention, logits = _attend(model, features, _padded([*prompt, *text, tokenizer.eot] for text in texts))
    aligned = []
    for row, text in enumerate(texts):
        # the state at a token says the next: row `len(prompt) - 1` of the logits is the first word's
        first, last = len(prompt) - 1, len(prompt) + len(text)
        frames = int(seconds[row] * FRAMES_PER_SECOND)
        likely = logits[row, first : last - 1, : tokenizer.eot].float().softmax(dim=-1)
        probabilities = likely[torch.arange(len(text)), torch.tensor(text, dtype=torch.long)]
        matrix = _sharpened(attention[row][:, : last + 1, :frames])[first:last]
        aligned.append(list(_words(tokenizer, list(text), matrix, probabilities.tolist())) if text else [])
    return aligned


def _padded(rows: Any) -> torch.Tensor:
    """Rows of tokens as one tensor. What stands behind a row's end is never looked at: attention is causal."""
    return torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)


def _attend(model: Any, features: torch.Tensor, tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Attention of the alignment heads (n_windows, n_heads, n_tokens, 1500) and logits, in one decoder pass."""
    with torch.no_grad(), disable_sdpa(), _cross_attention(model) as scores:
        logits = model.decoder(tokens.to(features.device), features)
    heads = [scores[layer][:, head] for layer, head in model.alignment_heads.indices().T.tolist()]
    return torch.stack(heads, dim=1), logits


@contextmanager
def _cross_attention(model: Any) -> Iterator[dict[int, torch.Tensor]]:
    """Collects each decoder layer's attention scores while the model runs."""
    scores: dict[int, torch.Tensor] = {}

    def keep(layer: int) -> Any:
        return lambda _module, _inputs, outputs: scores.__setitem__(layer, outputs[-1])

    hooks = [block.cross_attn.register_forward_hook(keep(i)) for i, block in enumerate(model.decoder.blocks)]
    try:
        yield scores
    finally:
        for hook in hooks:
            hook.remove()


def _sharpened(attention: torch.Tensor) -> torch.Tensor:
    """Mean over heads of normalised, smoothed attention: (n_heads, n_tokens, n_frames) to (n_tokens, n_frames)."""
    weights = attention.softmax(dim=-1)
    std, mean = torch.std_mean(weights, dim=-2, keepdim=True, unbiased=False)
    smoothed: torch.Tensor = median_filter((weights - mean) / std, MEDIAN_FILTER_FRAMES)
    return smoothed.mean(dim=0)


def _words(
    tokenizer: Tokenizer, text: list[int], matrix: torch.Tensor, probabilities: list[float]
) -> Iterator[WordTiming]:
    words, word_tokens = tokenizer.split_to_word_tokens([*text, tokenizer.eot])
    text_indices, time_indices = dtw(-matrix)
    jumps = np.pad(np.diff(text_indices), (1, 0), constant_values=1).astype(bool)
    times = time_indices[jumps] / FRAMES_PER_SECOND
    edges = np.cumsum([0, *map(len, word_tokens[:-1])]).tolist()
    for word, tokens, first, last in zip(words, word_tokens, edges, edges[1:], strict=False):
        yield WordTiming(word, tokens, times[first], times[last], float(np.mean(probabilities[first:last])))
