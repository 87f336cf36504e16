"""Whisper's text decoder with key-value caches of fixed size: each step is the same operations on the same shapes.

openai-whisper grows its caches with hooks and `torch.cat`, so that shapes change with every step, and needs one prompt
length for all rows. Here the layers and weights are the library's, and rows may have prompts of their own: shorter ones
are padded on the left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear, pad, scaled_dot_product_attention

from pca_pipeline.speech.packed_linear import PackedLinear, can_pack, pack

KeyValue = tuple[Tensor, Tensor]  # keys and values of one layer
Head = tuple[int, int]  # layer and head


@dataclass(frozen=True, slots=True, repr=False)
class KVCache:
    """Keys and values that a batch's rows attend to.

    `cross` holds each layer's of the audio, (n_rows, n_heads, 1500, head size); `own` those of the tokens,
    (n_rows, n_heads, n_positions, head size); `padding` is how many positions stand before each row's prompt.
    """

    cross: list[KeyValue]
    own: list[KeyValue]
    padding: Tensor
    unpadded: bool  # no row has padding

    def rows(self, kept: Tensor) -> KVCache:
        """The cache of these rows alone."""
        cross, own = ([(k[kept], v[kept]) for k, v in pairs] for pairs in (self.cross, self.own))
        return KVCache(cross, own, self.padding[kept], self.unpadded)


class TextDecoder:
    """The decoder of a whisper.model.Whisper, for batches of rows. On a CPU it packs the model's linear layers."""

    def __init__(self, model: Any) -> None:
        self._decoder = model.decoder
        pack(self._decoder)
        vocabulary = self._decoder.token_embedding.weight
        self._logits = PackedLinear(vocabulary) if can_pack(vocabulary) else partial(linear, weight=vocabulary)
        self._heads: int = model.dims.n_text_head
        self.context: int = model.dims.n_text_ctx  # positions

    def project(self, features: Tensor) -> list[KeyValue]:
        """Each layer's cross-attention keys and values of the encoder's output, shape (n_rows, 1500, n_state).

        They are laid out head by head, as every step reads them.
        """
        return [
            (self._split(attention.key(features)).contiguous(), self._split(attention.value(features)).contiguous())
            for attention in (block.cross_attn for block in self._decoder.blocks)
        ]

    def prepare(self, cross: list[KeyValue], prompts: Sequence[Sequence[int]], steps: int) -> tuple[Tensor, KVCache]:
        """The prompts as one tensor, padded on the left, and a cache with room for them and `steps` tokens more."""
        longest = max(map(len, prompts))
        device, like = cross[0][0].device, cross[0][0]
        shape = (*like.shape[:2], min(longest + steps, self.context), like.shape[3])
        own = [(like.new_zeros(shape), like.new_zeros(shape)) for _ in cross]
        padding = torch.tensor([longest - len(prompt) for prompt in prompts], device=device)
        tokens = [pad(torch.tensor(prompt), (longest - len(prompt), 0)) for prompt in prompts]
        return torch.stack(tokens).to(device), KVCache(cross, own, padding, not padding.any())

    def advance(self, tokens: Tensor, cache: KVCache, positions: Tensor, length: int | None = None) -> Tensor:
        """States after `tokens`, shape (n_rows, n), which stand at `positions`, shape (n,), of the cache and are added.

        The first `length` positions, up to the last of these, are attended to; without it all are, at a fixed cost.
        """
        unmasked = length is not None and len(positions) == 1 and cache.unpadded
        mask = None if unmasked else _mask(cache, positions, length or cache.own[0][0].shape[2])
        x = self._embed(tokens, (positions - cache.padding[:, None]).clamp(min=0), cache.cross[0][0].dtype)
        for block, cross, (keys, values) in zip(self._decoder.blocks, cache.cross, cache.own, strict=True):
            normal = block.attn_ln(x)
            keys.index_copy_(2, positions, self._split(block.attn.key(normal)))
            values.index_copy_(2, positions, self._split(block.attn.value(normal)))
            query = self._split(block.attn.query(normal))
            attended = scaled_dot_product_attention(query, keys[:, :, :length], values[:, :, :length], attn_mask=mask)
            x = x + block.attn.out(_join(attended))
            query = self._split(block.cross_attn.query(block.cross_attn_ln(x)))
            x = x + block.cross_attn.out(_join(scaled_dot_product_attention(query, *cross)))
            x = x + block.mlp(block.mlp_ln(x))
        states: Tensor = self._decoder.ln(x)
        return states

    def logits(self, states: Tensor, n_tokens: int) -> Tensor:
        """Logits of the first `n_tokens` of the vocabulary after states of shape (..., n_state), float32."""
        return self._logits(states)[..., :n_tokens].float()

    def cross_attention(self, tokens: Tensor, cross: list[KeyValue], heads: Sequence[Head]) -> Tensor:
        """Cross-attention scores of heads, before the softmax, while whole rows of tokens are read.

        Shape (n_rows, n heads asked for, n tokens, 1500), float32.
        """
        x = self._embed(tokens, torch.arange(tokens.shape[1], device=tokens.device), cross[0][0].dtype)
        scores: dict[Head, Tensor] = {}
        for layer, (block, (keys, values)) in enumerate(zip(self._decoder.blocks, cross, strict=True)):
            normal = block.attn_ln(x)
            query, key, value = (
                self._split(part(normal)) for part in (block.attn.query, block.attn.key, block.attn.value)
            )
            x = x + block.attn.out(_join(scaled_dot_product_attention(query, key, value, is_causal=True)))
            query = self._split(block.cross_attn.query(block.cross_attn_ln(x)))
            scores |= {(layer, head): _scores(query[:, head], keys[:, head]) for at, head in heads if at == layer}
            if len(scores) == len(heads):
                break
            x = x + block.cross_attn.out(_join(scaled_dot_product_attention(query, keys, values)))
            x = x + block.mlp(block.mlp_ln(x))
        return torch.stack([scores[head] for head in heads], dim=1)

    def _embed(self, tokens: Tensor, positions: Tensor, dtype: torch.dtype) -> Tensor:
        embedded: Tensor = self._decoder.token_embedding(tokens) + self._decoder.positional_embedding[positions]
        return embedded.to(dtype)

    def _split(self, x: Tensor) -> Tensor:
        """(n_rows, n, n_state) to (n_rows, n_heads, n, head size)."""
        return x.view(*x.shape[:2], self._heads, -1).transpose(1, 2)


def _join(x: Tensor) -> Tensor:
    """(n_rows, n_heads, n, head size) to (n_rows, n, n_state)."""
    return x.transpose(1, 2).flatten(2)


def _scores(query: Tensor, keys: Tensor) -> Tensor:
    """Scaled as in whisper/model.py, so that half precision does not overflow."""
    scale: float = query.shape[-1] ** -0.25
    return ((query * scale) @ (keys * scale).transpose(-1, -2)).float()


def _mask(cache: KVCache, positions: Tensor, length: int) -> Tensor:
    """What `positions` attend to: those up to themselves that are no padding; true for yes, (n_rows, 1, n, length)."""
    at = torch.arange(length, device=positions.device)
    causal = at <= positions[:, None]
    filled = at >= cache.padding[:, None, None]
    # padding attends to itself: a softmax over nothing would be NaN, and spread
    return (causal & (filled | (at == positions[:, None])))[:, None]
