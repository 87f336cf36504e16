"""The network as it learns; `pca_pipeline/pii/review/network.py` is the same one as it works."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from pca_pipeline.pii.review.features import TABLE

_SPREAD = 0.3  # of the embeddings at the beginning
_TINY = 1e-6


class Layer(nn.Module):
    """A dilated convolution over three tokens."""

    def __init__(self, width: int, reach: int) -> None:
        super().__init__()
        self.reach = reach
        self.norm = nn.RMSNorm(width, _TINY, elementwise_affine=False)
        self.mix = nn.Linear(3 * width, width)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """States (conversations, tokens, width); what the mask leaves out is nothing to its neighbours."""
        middle = self.norm(states) * mask
        count, reach = middle.shape[1], self.reach
        around = nn.functional.pad(middle, (0, 0, reach, reach))
        return states + torch.relu(self.mix(torch.cat([around[:, :count], middle, around[:, 2 * reach :]], -1)))


class Network(nn.Module):
    """One network, with dropout."""

    def __init__(self, kinds: int, width: int, reaches: Sequence[int], dropout: float) -> None:
        super().__init__()
        self.table = nn.Embedding(TABLE, width)
        nn.init.normal_(self.table.weight, std=_SPREAD)
        self.layers = nn.ModuleList(Layer(width, reach) for reach in reaches)
        self.norm = nn.RMSNorm(width, _TINY, elementwise_affine=False)
        self.out = nn.Linear(width, kinds)
        self.dropout = nn.Dropout(dropout)

    def forward(self, rows: Tensor, mask: Tensor) -> Tensor:
        """Scores (conversations, tokens, kinds) of features (conversations, tokens, features)."""
        states = self.dropout(self.table(rows).sum(2)) * mask
        for layer in self.layers:
            states = self.dropout(layer(states, mask))
        scores: Tensor = self.out(self.norm(states))
        return scores
