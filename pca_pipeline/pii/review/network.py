"""The network itself, in numpy: embeddings of a token's features added up, then layers that each look further.

Dilated convolutions with residuals as in Strubell et al. 2017 (https://arxiv.org/abs/1702.02098), each over the
root-mean-square norm of its input (Zhang & Sennrich 2019, https://arxiv.org/abs/1910.07467). Several networks that
were trained alike from other beginnings are asked, and their answers averaged. `review_model/train.py` makes the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pca_pipeline.pii.review.features import Rows

Floats = npt.NDArray[np.float32]
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Layer:
    """Looks at a token and at those `reach` before and after it."""

    reach: int
    weights: Floats  # (3, width, width): for the token before, the token itself, the one after
    bias: Floats  # (width,)

    def __call__(self, states: Floats) -> Floats:
        """States of all tokens, (tokens, width), after this layer."""
        count, width = states.shape
        edge = min(self.reach, count)
        middle = normed(states)
        around = np.zeros((count, 3, width), np.float32)  # one product of a wide matrix takes less than three
        around[edge:, 0] = middle[: count - edge]
        around[:, 1] = middle
        around[: count - edge, 2] = middle[edge:]
        seen: Floats = around.reshape(count, 3 * width) @ self.weights.reshape(3 * width, width)
        seen += self.bias
        np.maximum(seen, 0, out=seen)
        seen += states
        return seen


@dataclass(frozen=True, slots=True)
class Network:
    """One network: features in, the likelihood of each kind out."""

    table: Floats  # (rows, width)
    layers: tuple[Layer, ...]
    weights: Floats  # (width, kinds)
    bias: Floats  # (kinds,)

    def __call__(self, rows: Rows) -> Floats:
        """Likelihoods, (tokens, kinds), of a conversation's features, (tokens, features)."""
        first, *others = np.ascontiguousarray(rows.T)
        states: Floats = self.table.take(first, axis=0)
        for column in others:
            states += self.table.take(column, axis=0)
        for layer in self.layers:
            states = layer(states)
        return _softmax(normed(states) @ self.weights + self.bias)


def normed(states: Floats) -> Floats:
    """States of one length each: the root of their mean square is one."""
    squares = np.einsum("ij,ij->i", states, states) / states.shape[1]
    even: Floats = states * (1 / np.sqrt(squares + _TINY))[:, None]
    return even


def _softmax(scores: Floats) -> Floats:
    likely: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    return likely


def read_networks(file: Path) -> tuple[tuple[str, ...], tuple[Network, ...]]:
    """The kinds that the networks of a file tell apart (the first one is "nothing"), and the networks."""
    with np.load(file) as stored:
        kinds = tuple(str(kind) for kind in stored["kinds"])
        reaches = stored["reaches"].tolist()
        return kinds, tuple(_network(stored, str(at), reaches) for at in range(int(stored["networks"])))


def _network(stored: Mapping[str, npt.NDArray[np.float16]], at: str, reaches: list[int]) -> Network:
    def read(name: str) -> Floats:
        return stored[f"{at}/{name}"].astype(np.float32)

    def layer(number: int, reach: int) -> Layer:
        bias = read(f"{number}/bias")
        return Layer(reach, read(f"{number}/weights").reshape(3, len(bias), len(bias)), bias)

    layers = tuple(layer(number, reach) for number, reach in enumerate(reaches))
    return Network(read("table"), layers, read("weights"), read("bias"))
