"""Whisper's text decoder with caches of fixed size: a step costs the same operations whatever was said before.

openai-whisper appends to its caches by hooks and `torch.cat`, so that every step has other shapes, and holds all rows
to one prompt. Here the layers are the library's, the weights are shared with it, and rows may have prompts of their
own: shorter ones begin after unused places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad, scaled_dot_product_attention

Pair = tuple[Tensor, Tensor]  # keys and values
Head = tuple[int, int]  # layer and head


@dataclass(frozen=True, slots=True, repr=False)
class Memory:
    """What a batch's rows look back at.

    `heard` holds each layer's keys and values of the audio, (n_rows, n_heads, 1500, head size); `said` those of the
    tokens, (n_rows, n_heads, n_places, head size); `unused` is how many places stand before each row's prompt.
    """

    heard: list[Pair]
    said: list[Pair]
    unused: Tensor
    aligned: bool  # no row has unused places

    def rows(self, kept: Tensor) -> Memory:
        """The memory of these rows alone."""
        heard, said = ([(k[kept], v[kept]) for k, v in pairs] for pairs in (self.heard, self.said))
        return Memory(heard, said, self.unused[kept], self.aligned)


class TextDecoder:
    """The decoder of a whisper.model.Whisper, for batches of rows. Holds no state of its own."""

    def __init__(self, model: Any) -> None:
        self._decoder = model.decoder
        self._heads: int = model.dims.n_text_head
        self.places: int = model.dims.n_text_ctx

    def listen(self, features: Tensor) -> list[Pair]:
        """Each layer's keys and values of the encoder's output, shape (n_rows, 1500, n_state)."""
        return [
            (self._split(block.cross_attn.key(features)), self._split(block.cross_attn.value(features)))
            for block in self._decoder.blocks
        ]

    def prepare(self, heard: list[Pair], prompts: Sequence[Sequence[int]], steps: int) -> tuple[Tensor, Memory]:
        """The prompts as one tensor, filled up on the left, and memory for them and `steps` tokens more."""
        longest = max(map(len, prompts))
        device, like = heard[0][0].device, heard[0][0]
        room = (*like.shape[:2], min(longest + steps, self.places), like.shape[3])
        said = [(like.new_zeros(room), like.new_zeros(room)) for _ in heard]
        unused = torch.tensor([longest - len(prompt) for prompt in prompts], device=device)
        tokens = [pad(torch.tensor(prompt), (longest - len(prompt), 0)) for prompt in prompts]
        return torch.stack(tokens).to(device), Memory(heard, said, unused, not unused.any())

    def advance(self, tokens: Tensor, memory: Memory, places: Tensor, seen: int | None = None) -> Tensor:
        """States after `tokens`, shape (n_rows, n, n_state), which stand at `places`, shape (n,), of the memory.

        `seen` places of the memory are looked at, up to the last of these; without it all are, at a fixed cost.
        """
        everything_counts = seen is not None and len(places) == 1 and memory.aligned
        mask = None if everything_counts else _mask(memory, places, seen or memory.said[0][0].shape[2])
        x = self._embed(tokens, (places - memory.unused[:, None]).clamp(min=0), memory.heard[0][0].dtype)
        for block, heard, (keys, values) in zip(self._decoder.blocks, memory.heard, memory.said, strict=True):
            normal = block.attn_ln(x)
            keys.index_copy_(2, places, self._split(block.attn.key(normal)))
            values.index_copy_(2, places, self._split(block.attn.value(normal)))
            query = self._split(block.attn.query(normal))
            looked = scaled_dot_product_attention(query, keys[:, :, :seen], values[:, :, :seen], attn_mask=mask)
            x = x + block.attn.out(_join(looked))
            query = self._split(block.cross_attn.query(block.cross_attn_ln(x)))
            x = x + block.cross_attn.out(_join(scaled_dot_product_attention(query, *heard)))
            x = x + block.mlp(block.mlp_ln(x))
        states: Tensor = self._decoder.ln(x)
        return states

    def logits(self, states: Tensor, tokens: int) -> Tensor:
        """Logits of the first `tokens` tokens of the vocabulary after states of shape (..., n_state), float32."""
        weight: Tensor = self._decoder.token_embedding.weight[:tokens]
        return (states @ weight.to(states.dtype).T).float()

    def looks(self, tokens: Tensor, heard: list[Pair], heads: Sequence[Head]) -> Tensor:
        """Where heads look in the audio while whole rows of tokens are read: (n_rows, n_watched, n, 1500), float32.

        Scores as they are before the softmax.
        """
        x = self._embed(tokens, torch.arange(tokens.shape[1], device=tokens.device), heard[0][0].dtype)
        looks: dict[Head, Tensor] = {}
        for layer, (block, (keys, values)) in enumerate(zip(self._decoder.blocks, heard, strict=True)):
            normal = block.attn_ln(x)
            query, key, value = (
                self._split(part(normal)) for part in (block.attn.query, block.attn.key, block.attn.value)
            )
            x = x + block.attn.out(_join(scaled_dot_product_attention(query, key, value, is_causal=True)))
            query = self._split(block.cross_attn.query(block.cross_attn_ln(x)))
            looks |= {(layer, head): _scores(query[:, head], keys[:, head]) for at, head in heads if at == layer}
            if len(looks) == len(heads):
                break
            x = x + block.cross_attn.out(_join(scaled_dot_product_attention(query, keys, values)))
            x = x + block.mlp(block.mlp_ln(x))
        return torch.stack([looks[head] for head in heads], dim=1)

    def _embed(self, tokens: Tensor, places: Tensor, dtype: torch.dtype) -> Tensor:
        embedded: Tensor = self._decoder.token_embedding(tokens) + self._decoder.positional_embedding[places]
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


def _mask(memory: Memory, places: Tensor, seen: int) -> Tensor:
    """What may be looked at from `places`: what stands before and is used; true for yes, (n_rows, 1, n, seen)."""
    at = torch.arange(seen, device=places.device)
    before = at <= places[:, None]
    used = at >= memory.unused[:, None, None]
    # an unused place looks at itself: a softmax over nothing would be no number, and spread
    return (before & (used | (at == places[:, None])))[:, None]
