"""Greedy and sampled decoding of a batch whose rows have their own prompts and limits, and leave it as they end.

Tokens are suppressed as in openai-whisper (whisper/decoding.py): blanks at the start, those that are no speech always.
No step reads back from the device; the chosen tokens are fetched every few steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from whisper.tokenizer import Tokenizer

from pca_pipeline.speech.cuda_graphs import Chosen, StepGraph, StepGraphs
from pca_pipeline.speech.text_decoder import KeyValue, KVCache, TextDecoder

FETCH_STEPS = 8  # steps of a GPU between two fetches of what it has chosen: each makes it wait
KEPT_SHARE = 0.8  # a batch is rebuilt once fewer of its rows go on


@dataclass(frozen=True, slots=True, repr=False)
class Decoded:
    """The text of one row. Raw."""

    tokens: tuple[int, ...]  # without special ones
    log_probabilities: tuple[float, ...]  # of the tokens and, where the row ended by itself, of the end of text
    ended: bool  # by itself, not by its limit

    @property
    def mean_log_probability(self) -> float:
        """Over the tokens and the end of text, which the library counts also where there was none."""
        return sum(self.log_probabilities) / (len(self.tokens) + 1)


@dataclass(slots=True)
class _Row:
    """One row while it is decoded."""

    limit: int
    tokens: list[int] = field(default_factory=list)
    log_probabilities: list[float] = field(default_factory=list)
    ended: bool = False

    @property
    def goes_on(self) -> bool:
        return not self.ended and len(self.tokens) < self.limit

    def add(self, token: int, log_probability: float, end: int) -> None:
        """One more token, unless the row is complete."""
        if self.goes_on:
            self.log_probabilities.append(log_probability)
            self.ended = token == end
            if not self.ended:
                self.tokens.append(token)


class Rules:
    """Which token comes next, by the library's rules. No timestamps are decoded: all tokens after the end are left out."""

    def __init__(self, tokenizer: Tokenizer, device: torch.device) -> None:
        self.end = tokenizer.eot
        self.n_tokens = tokenizer.eot + 1  # ordinary tokens stand before it, special ones after it
        self._always = torch.zeros(self.n_tokens, device=device)
        self._always[[token for token in tokenizer.non_speech_tokens if token < self.n_tokens]] = -torch.inf
        self._first = self._always.clone()
        self._first[[*tokenizer.encode(" "), self.end]] = -torch.inf

    def choose(self, logits: Tensor, noise: Tensor | None, temperature: float, first: bool = False) -> Chosen:
        """The next token of each row and its log-probability, both (n_rows,). `logits`: (n_rows, n_tokens), float32.

        With `noise`, Gumbel noise of shape (n_tokens,), the choice is a sample at `temperature`; every row gets the
        same noise, so that no row's sample depends on its neighbours.
        """
        allowed = logits + (self._first if first else self._always)
        tokens = (allowed if noise is None else allowed / temperature + noise).argmax(dim=-1)
        chosen = allowed.gather(1, tokens[:, None])[:, 0]
        return tokens, chosen - allowed.logsumexp(dim=-1)


def decode(
    decoder: TextDecoder,
    rules: Rules,
    cross: list[KeyValue],
    prompts: Sequence[Sequence[int]],
    limits: Sequence[int],
    temperature: float = 0.0,
    graphs: StepGraphs | None = None,
) -> list[Decoded]:
    """One text for each row of `cross` (`TextDecoder.project`), of at most `limits` tokens.

    `prompts` are the special tokens that begin a text, and what stands before them. A text, its prompt and
    `FETCH_STEPS` more tokens must fit the decoder's context. `graphs` run greedy steps where the device can capture
    them.
    """
    rows = [_Row(limit) for limit in limits]
    tokens, cache = decoder.prepare(cross, prompts, max(limits) + FETCH_STEPS)
    steps = _Steps(decoder, rules, temperature, cache, graphs)
    batch = list(rows)
    chosen = steps.begin(tokens)
    while True:
        for row, *new in zip(batch, *(part.tolist() for part in chosen), strict=True):
            for token, log_probability in zip(*new, strict=True):
                row.add(token, log_probability, rules.end)
        going_on = [index for index, row in enumerate(batch) if row.goes_on]
        if not going_on:
            break
        last = chosen[0][:, -1:]
        if len(going_on) < KEPT_SHARE * len(batch):
            kept = torch.tensor(going_on, device=last.device)
            batch, last = [batch[index] for index in going_on], last[kept]
            steps.keep(kept)
        chosen = steps.go_on(last)
    return [Decoded(tuple(row.tokens), tuple(row.log_probabilities), row.ended) for row in rows]


def greedy_step(decoder: TextDecoder, rules: Rules, tokens: Tensor, cache: KVCache, positions: Tensor) -> Chosen:
    """The likeliest tokens after `tokens`, and their log-probabilities, all (n_rows, 1): a step that can be captured."""
    logits = decoder.logits(decoder.advance(tokens, cache, positions)[:, -1], rules.n_tokens)
    token, log_probability = rules.choose(logits, None, 0.0)
    return token[:, None], log_probability[:, None]


class _Steps:
    """Steps of one decoding: its cache, the position in it, and the noise that belongs to the position."""

    def __init__(
        self,
        decoder: TextDecoder,
        rules: Rules,
        temperature: float,
        cache: KVCache,
        graphs: StepGraphs | None,
    ) -> None:
        self._decoder, self._rules, self._temperature = decoder, rules, temperature
        self._graphs = None if temperature else graphs
        self._cache = cache
        self._graph: StepGraph | None = None
        self._random = torch.Generator().manual_seed(0)  # a text never depends on what was decoded before
        self._device = cache.padding.device
        self._position = 0

    def begin(self, prompts: Tensor) -> Chosen:
        """The first tokens after the prompts, (n_rows, 1)."""
        self._position = prompts.shape[1]
        chosen = self._advance(prompts, torch.arange(self._position, device=self._device), first=True)
        self._use(self._cache)
        return chosen

    def keep(self, rows: Tensor) -> None:
        """Go on with these rows alone."""
        self._use(self._cache.rows(rows))

    def go_on(self, tokens: Tensor) -> Chosen:
        """What the next steps choose, (n_rows, n): `FETCH_STEPS` on a GPU, else one."""
        chosen = []
        for _ in range(FETCH_STEPS if self._device.type == "cuda" else 1):
            position = self._position
            self._position += 1
            if self._graph:
                chosen.append(self._graph(tokens, position))
            else:
                chosen.append(self._advance(tokens, torch.full((1,), position, device=self._device)))
            tokens = chosen[-1][0]
        return torch.cat([token for token, _ in chosen], dim=1), torch.cat([log_p for _, log_p in chosen], dim=1)

    def _use(self, cache: KVCache) -> None:
        self._graph = self._graphs.load(cache) if self._graphs else None
        self._cache = self._graph.cache if self._graph else cache

    def _advance(self, tokens: Tensor, positions: Tensor, first: bool = False) -> Chosen:
        states = self._decoder.advance(tokens, self._cache, positions, self._position)[:, -1]
        logits = self._decoder.logits(states, self._rules.n_tokens)
        token, log_probability = self._rules.choose(logits, self._noise(), self._temperature, first)
        return token[:, None], log_probability[:, None]

    def _noise(self) -> Tensor | None:
        if not self._temperature:
            return None
        uniform = torch.rand(self._rules.n_tokens, generator=self._random).clamp_(min=1e-20)
        return (-(-uniform.log()).log()).to(self._device)
