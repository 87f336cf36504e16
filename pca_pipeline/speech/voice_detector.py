"""silero-vad on many parts of audio at once, with the package's own weights.

The package goes from chunk to chunk, 32 ms each, in Python, which takes most of its time. Here the layers that see one
chunk at a time take thousands at once, and the recurrent layer runs over many parts together. The probabilities are
the package's (a test compares them).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
from torch.nn.utils.rnn import pack_sequence, unpack_sequence

from pca_pipeline.call import Samples

VAD_RATE = 8000  # Hz; silero-vad knows 8 and 16 kHz
CHUNK = 256  # samples to a probability at 8 kHz
AT_ONCE = 512  # chunks encoded together, so that the result stays in the processor's cache


def speech_probabilities(parts: Sequence[Samples]) -> list[list[float]]:
    """Probability of speech for each chunk of each part; a part's last chunk is padded with silence.

    Parts are float32 at `VAD_RATE`, shape (n,), and do not affect each other.
    """
    filled = [index for index, part in enumerate(parts) if len(part)]
    found: list[list[float]] = [[] for _ in parts]
    if not filled:
        return found
    model, lstm = _layers()
    chunks = [_chunks(parts[index], model.context_size_samples) for index in filled]
    with torch.inference_mode():
        encoded = torch.split(_encoded(model, np.concatenate(chunks)), [len(part) for part in chunks])
        states, _ = lstm(pack_sequence(list(encoded), enforce_sorted=False))
        for index, state in zip(filled, unpack_sequence(states), strict=True):
            found[index] = model.decoder.decoder(state.unsqueeze(-1)).reshape(-1).tolist()
    return found


def _chunks(part: Samples, context: int) -> Samples:
    """Each chunk after the `context` samples before it, shape (n_chunks, context + CHUNK)."""
    padded = np.zeros(context + -(-len(part) // CHUNK) * CHUNK, dtype=np.float32)
    padded[context : context + len(part)] = part
    return np.lib.stride_tricks.sliding_window_view(padded, context + CHUNK)[::CHUNK]


def _encoded(model: Any, chunks: Samples) -> torch.Tensor:
    """Output of the layers before the recurrent one, shape (n_chunks, 128)."""
    slices = (torch.from_numpy(chunks[first : first + AT_ONCE]) for first in range(0, len(chunks), AT_ONCE))
    return torch.cat([model.encoder(model.run_extractors(part)).squeeze(-1) for part in slices])


def speech_stretches(
    probabilities: list[float], length: int, *, threshold: float, least_ms: float, silence_ms: float, pad_ms: float
) -> list[tuple[int, int]]:
    """First and last sample of each stretch of speech among `length` samples, by the package's rules.

    A stretch begins at `threshold`, is at least `least_ms` long, ends before a silence of `silence_ms`, and is widened
    by `pad_ms` on both sides.
    """
    spans = _silero().utils_vad.get_speech_timestamps_from_probs(
        probabilities,
        threshold=threshold,
        sampling_rate=VAD_RATE,
        min_speech_duration_ms=least_ms,
        min_silence_duration_ms=silence_ms,
        speech_pad_ms=pad_ms,
        audio_length_samples=length,
    )
    return [(span["start"], span["end"]) for span in spans]


@cache
def _silero() -> Any:
    """The package. Its import sets torch to one thread for the whole process; this restores the number."""
    threads = torch.get_num_threads()
    import silero_vad.utils_vad

    torch.set_num_threads(threads)
    return silero_vad


@cache
def _layers() -> tuple[Any, torch.nn.LSTM]:
    """The 8 kHz model in the silero-vad package, and its recurrent cell as a layer over sequences."""
    model = _silero().load_silero_vad()._model_8k
    cell = dict(model.decoder.rnn.named_parameters())
    lstm = torch.nn.LSTM(cell["weight_ih"].shape[1], cell["weight_hh"].shape[1])
    lstm.load_state_dict({f"{name}_l0": weight for name, weight in cell.items()})
    return model, lstm.eval()
