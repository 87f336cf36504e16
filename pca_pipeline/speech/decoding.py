"""Greedy and sampled decoding of a batch: rows of their own prompts and limits, which leave the batch as they end.

The rules are openai-whisper's (whisper/decoding.py): blanks are suppressed at the start, tokens that are no speech
always. Nothing in a step reads back from the device; what was chosen is fetched every few steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from whisper.tokenizer import Tokenizer

from pca_pipeline.speech.recorded_steps import RecordedStep, RecordedSteps
from pca_pipeline.speech.text_decoder import Memory, Pair, TextDecoder

FETCH_STEPS = 8  # steps between two looks at what a GPU has chosen: a look makes it wait
KEPT_SHARE = 0.8  # a batch is rebuilt once fewer of its rows still speak


@dataclass(frozen=True, slots=True, repr=False)
class Decoded:
    """What was decoded in one row. Raw."""

    tokens: tuple[int, ...]  # that say something: none of the special ones
    log_probabilities: tuple[float, ...]  # of the tokens and, where the row ended by itself, of the end
    ended: bool  # by itself, not by its limit

    @property
    def mean_log_probability(self) -> float:
        """Over tokens and end, which the library counts also where there was none."""
        return sum(self.log_probabilities) / (len(self.tokens) + 1)


@dataclass(slots=True)
class _Row:
    """One row while it is decoded."""

    limit: int
    tokens: list[int] = field(default_factory=list)
    log_probabilities: list[float] = field(default_factory=list)
    ended: bool = False

    @property
    def speaks(self) -> bool:
        return not self.ended and len(self.tokens) < self.limit

    def take(self, token: int, log_probability: float, end: int) -> None:
        """One more token, unless the row is through."""
        if self.speaks:
            self.log_probabilities.append(log_probability)
            self.ended = token == end
            if not self.ended:
                self.tokens.append(token)


class Rules:
    """Which token comes next, by the library's rules. Tokens after the end of text are none: no times are decoded."""

    def __init__(self, tokenizer: Tokenizer, device: torch.device) -> None:
        self.end = tokenizer.eot
        self.tokens = tokenizer.eot + 1  # ordinary tokens stand before it, special ones after it
        self._always = torch.zeros(self.tokens, device=device)
        self._always[[token for token in tokenizer.non_speech_tokens if token < self.tokens]] = -torch.inf
        self._first = self._always.clone()
        self._first[[*tokenizer.encode(" "), self.end]] = -torch.inf

    def choose(self, logits: Tensor, noise: Tensor | None, temperature: float, first: bool = False) -> Pair:
        """The next token of each row and its log-probability. `logits`: (n_rows, tokens), float32.

        With `noise`, Gumbel noise of shape (tokens,), the choice is a sample at `temperature`; every row gets the
        same noise, so that no row's sample depends on its neighbours.
        """
        allowed = logits + (self._first if first else self._always)
        tokens = (allowed if noise is None else allowed / temperature + noise).argmax(dim=-1)
        chosen = allowed.gather(1, tokens[:, None])[:, 0]
        return tokens, chosen - allowed.logsumexp(dim=-1)


def decode(
    decoder: TextDecoder,
    rules: Rules,
    heard: list[Pair],
    prompts: Sequence[Sequence[int]],
    limits: Sequence[int],
    temperature: float = 0.0,
    recorded: RecordedSteps | None = None,
) -> list[Decoded]:
    """One text for each row of `heard` (`TextDecoder.listen`), of at most `limits` tokens.

    `prompts` are the special tokens that begin a text, and what stands before them; with its prompt and `FETCH_STEPS`
    more, a text must fit the decoder's places. `recorded` runs greedy steps where a device can record them.
    """
    rows = [_Row(limit) for limit in limits]
    tokens, memory = decoder.prepare(heard, prompts, max(limits) + FETCH_STEPS)
    steps = _Steps(decoder, rules, temperature, memory, recorded)
    speaking = list(rows)
    chosen = steps.begin(tokens)
    while True:
        for row, *taken in zip(speaking, *(part.tolist() for part in chosen), strict=True):
            for token, log_probability in zip(*taken, strict=True):
                row.take(token, log_probability, rules.end)
        alive = [index for index, row in enumerate(speaking) if row.speaks]
        if not alive:
            break
        last = chosen[0][:, -1:]
        if len(alive) < KEPT_SHARE * len(speaking):
            kept = torch.tensor(alive, device=last.device)
            speaking, last = [speaking[index] for index in alive], last[kept]
            steps.keep(kept)
        chosen = steps.go_on(last)
    return [Decoded(tuple(row.tokens), tuple(row.log_probabilities), row.ended) for row in rows]


def greedy_step(decoder: TextDecoder, rules: Rules, tokens: Tensor, memory: Memory, places: Tensor) -> Pair:
    """The likeliest tokens after `tokens`, and their log-probabilities, all (n_rows, 1): a step that can be recorded."""
    logits = decoder.logits(decoder.advance(tokens, memory, places)[:, -1], rules.tokens)
    token, log_probability = rules.choose(logits, None, 0.0)
    return token[:, None], log_probability[:, None]


class _Steps:
    """Steps of one decoding: its memory, the place in it, and the noise that belongs to the place."""

    def __init__(
        self,
        decoder: TextDecoder,
        rules: Rules,
        temperature: float,
        memory: Memory,
        recorded: RecordedSteps | None,
    ) -> None:
        self._decoder, self._rules, self._temperature = decoder, rules, temperature
        self._recorded = None if temperature else recorded
        self._memory = memory
        self._replay: RecordedStep | None = None
        self._random = torch.Generator().manual_seed(0)  # a text never depends on what was decoded before
        self._device = memory.unused.device
        self._place = 0

    def begin(self, prompts: Tensor) -> Pair:
        """Tokens and log-probabilities, (n_rows, 1), after the prompts."""
        self._place = prompts.shape[1]
        chosen = self._advance(prompts, torch.arange(self._place, device=self._device), first=True)
        self._settle(self._memory)
        return chosen

    def keep(self, rows: Tensor) -> None:
        """Go on with these rows alone."""
        self._settle(self._memory.rows(rows))

    def go_on(self, tokens: Tensor) -> Pair:
        """Tokens and log-probabilities of the next steps, (n_rows, n)."""
        chosen = []
        for _ in range(FETCH_STEPS if self._device.type == "cuda" else 1):
            place = self._place
            self._place += 1
            if self._replay:
                chosen.append(self._replay(tokens, place))
            else:
                chosen.append(self._advance(tokens, torch.full((1,), place, device=self._device)))
            tokens = chosen[-1][0]
        return torch.cat([token for token, _ in chosen], dim=1), torch.cat([chance for _, chance in chosen], dim=1)

    def _settle(self, memory: Memory) -> None:
        self._replay = self._recorded.load(memory) if self._recorded else None
        self._memory = self._replay.memory if self._replay else memory

    def _advance(self, tokens: Tensor, places: Tensor, first: bool = False) -> Pair:
        states = self._decoder.advance(tokens, self._memory, places, self._place)[:, -1]
        logits = self._decoder.logits(states, self._rules.tokens)
        token, log_probability = self._rules.choose(logits, self._noise(), self._temperature, first)
        return token[:, None], log_probability[:, None]

    def _noise(self) -> Tensor | None:
        if not self._temperature:
            return None
        uniform = torch.rand(self._rules.tokens, generator=self._random).clamp_(min=1e-20)
        return (-(-uniform.log()).log()).to(self._device)
