"""Train the network of the second reading, and say what it finds in conversations that were held out.

    python -m review_model.train --out pca_pipeline/pii/review/networks.npz

Learns from the conversations of `talk/`, from the development half of `benchmarks/written/`, from `benchmarks/by_hand/` and
from generated ones of the development half; every eighth conversation of `talk/` is held out. Wide networks learn first,
and the narrow one that ships learns what they think, too (Hinton et al. 2015, https://arxiv.org/abs/1503.02531).
An hour on two idle cores.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from benchmarks.redaction_calls import Call, make_call, noisy
from benchmarks.redaction_speech import FORMS
from benchmarks.written_redaction import FOLDER, read_conversations
from pca_pipeline.pii.review.features import OFFSETS, SIZES
from review_model.examples import KINDS, UNTAUGHT, Example, examples
from review_model.network import Layer, Network
from review_model.talk import NOISE, TALK, snippets


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained."""

    width: int
    epochs: int
    rate: float  # of learning, at its highest
    dropout: float  # share of numbers
    in_bfloat16: bool = False  # halves the time of a wide one


TEACHER = Recipe(width=144, epochs=4, rate=2.5e-3, dropout=0.2, in_bfloat16=True)
STUDENT = Recipe(width=80, epochs=5, rate=3e-3, dropout=0.1)
MARKS = 0.3  # share of the loss by which a student learns the marks; the rest is what its teachers think
REACHES = (1, 2, 4, 8, 16, 32, 1)  # tokens to either side, layer by layer
WORDS_HIDDEN = 0.1  # share of tokens whose form the network does not see
CLAIMS_HIDDEN = 0.1  # share of kinds of claims that it does not see in a conversation
SMOOTHING = 0.01
BATCH = 6000  # tokens
WARMUP, LEAST_RATE = 100, 0.02  # steps, and share of the rate
WEIGHT_DECAY = 0.01
GENERATED = 120  # conversations of each form
SNIPPETS = 1500
HELD_OUT = 8
BY_HAND = FOLDER.parent / "by_hand"
_NOTHING = torch.tensor(list(OFFSETS.values()))
_FORM = 5  # features of a word's form are the first five
_CLAIM, _SCORE = list(SIZES).index("claim"), list(SIZES).index("score")
Likelihoods = npt.NDArray[np.float16]  # of each kind, (tokens, kinds)


def taught(copies: int, seed: int) -> tuple[list[Example], list[Example]]:
    """Examples to learn from and examples held out."""
    written = list(read_conversations(TALK))
    held = [one.call for one in written if one.number % HELD_OUT == 0]
    own = [one.call for one in written if one.number % HELD_OUT]
    own += [one.call for one in read_conversations(FOLDER) if one.half == "development"]
    own += [one.call for one in read_conversations(BY_HAND)]
    made = chain(_generated(seed), snippets(SNIPPETS, Random(seed)))
    return examples(own, copies, seed) + examples(made, 0, seed), examples(held, 0, seed)


def _generated(seed: int) -> Iterator[Call]:
    for form in FORMS:
        for number in range(GENERATED):
            rng = Random(f"{seed}/{form}/{number}")
            yield noisy(make_call("development", form, rng), rng.choice(NOISE), rng)


def train(data: Sequence[Example], recipe: Recipe, seed: int, opinions: Sequence[Likelihoods] | None = None) -> Network:
    """A network that has seen the examples, and if there are any what its teachers think of each."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)  # one core for each network
    network = Network(len(KINDS), recipe.width, REACHES, recipe.dropout)
    optimizer = torch.optim.AdamW(network.parameters(), lr=recipe.rate, weight_decay=WEIGHT_DECAY)
    rng = Random(seed)
    order = list(chain.from_iterable(_batches(data, rng) for _ in range(recipe.epochs)))
    for step, batch in enumerate(order):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * min(1.0, (step + 1) / WARMUP) * max(LEAST_RATE, 1 - step / len(order))
        rows, kinds, mask = _packed([data[at] for at in batch])
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.in_bfloat16):
            scores = network(_hidden(rows), mask).float()
        loss = cross_entropy(scores.flatten(0, 1), kinds.flatten(), ignore_index=UNTAUGHT, label_smoothing=SMOOTHING)
        if opinions:
            loss = MARKS * loss + (1 - MARKS) * _difference(scores[mask[..., 0].bool()], [opinions[at] for at in batch])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        if step % 200 == 0:
            print(f"step {step} of {len(order)}: loss {loss.item():.3f}", flush=True)
    return network.eval()


def _difference(scores: Tensor, opinions: Sequence[Likelihoods]) -> Tensor:
    """Cross entropy between the likelihoods of all tokens, (tokens, kinds), and what teachers think of them."""
    return cross_entropy(scores, torch.from_numpy(np.concatenate(opinions)).float())


def opinions_of(teachers: Sequence[Network], data: Sequence[Example]) -> list[Likelihoods]:
    """What networks think of each example, on average."""
    thought: list[Likelihoods] = [np.empty((0, len(KINDS)), np.float16)] * len(data)
    for batch in _batches(data, Random(0)):
        rows, _, mask = _packed([data[at] for at in batch])
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            likely = torch.stack([torch.softmax(one(rows, mask).float(), -1) for one in teachers]).mean(0).half()
        for at, one in zip(batch, likely.numpy(), strict=True):
            thought[at] = one[: len(data[at].kinds)].copy()
    return thought


def _batches(data: Sequence[Example], rng: Random) -> list[list[int]]:
    """Conversations of about one length together."""
    batches: list[list[int]] = [[]]
    for at in sorted(range(len(data)), key=lambda at: len(data[at].kinds) + rng.random() * 40):
        batches[-1].append(at)
        if len(batches[-1]) * len(data[at].kinds) > BATCH:
            batches.append([])
    full = [batch for batch in batches if batch]
    rng.shuffle(full)
    return full


def _packed(batch: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """Features (conversations, tokens, features), kinds (conversations, tokens), and what is a token at all."""
    longest = max(len(one.kinds) for one in batch)
    rows = _NOTHING.repeat(len(batch), longest, 1)
    kinds = torch.full((len(batch), longest), UNTAUGHT)
    mask = torch.zeros(len(batch), longest, 1)
    for at, one in enumerate(batch):
        count = len(one.kinds)
        rows[at, :count] = torch.from_numpy(one.rows)
        kinds[at, :count] = torch.from_numpy(one.kinds)
        mask[at, :count] = 1
    return rows, kinds, mask


def _hidden(rows: Tensor) -> Tensor:
    """Features with some words and some kinds of claims hidden, so that the network learns to do without."""
    words = torch.rand(*rows.shape[:2], 1) < WORDS_HIDDEN
    rows[:, :, :_FORM] = torch.where(words, _NOTHING[:_FORM], rows[:, :, :_FORM])
    hidden = torch.rand(rows.shape[0], SIZES["claim"]) < CLAIMS_HIDDEN
    claims = hidden.gather(1, rows[:, :, _CLAIM] - _NOTHING[_CLAIM])
    for feature in (_CLAIM, _SCORE):
        rows[:, :, feature] = torch.where(claims, _NOTHING[feature], rows[:, :, feature])
    return rows


def evaluate(networks: Sequence[Network], data: Sequence[Example]) -> str:
    """Of the held-out tokens: how many personal ones are seen as such, and how many others."""
    company = KINDS.index("ORGANIZATION")
    personal, kinds = [], []
    with torch.no_grad():
        for one in data:
            rows, mask = torch.from_numpy(one.rows)[None].long(), torch.ones(1, len(one.kinds), 1)
            likely = torch.stack([torch.softmax(network(rows, mask)[0], -1) for network in networks]).mean(0)
            personal.append((1 - likely[:, 0] - likely[:, company]).numpy())
            kinds.append(one.kinds)
    found, truth = np.concatenate(personal) > 0.5, np.concatenate(kinds)
    is_personal = (truth > 0) & (truth != company)
    other = (truth == 0) | (truth == company)
    return f"personal tokens {found[is_personal].mean():.3f}, others {1000 * found[other].mean():.1f} in 1,000"


def write(networks: Sequence[Network], file: Path) -> None:
    """The file that the product reads, in half precision."""
    arrays = {"kinds": np.array(KINDS), "reaches": np.array(REACHES), "networks": np.array(len(networks))}
    for at, network in enumerate(networks):
        arrays[f"{at}/table"] = _half(network.table.weight)
        for number, layer in enumerate(network.layers):
            assert isinstance(layer, Layer)
            arrays |= _linear(f"{at}/{number}", layer.mix)
        arrays |= _linear(str(at), network.out)
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


def _linear(name: str, linear: torch.nn.Linear) -> dict[str, npt.NDArray[np.float16]]:
    return {f"{name}/weights": _half(linear.weight.T), f"{name}/bias": _half(linear.bias)}


def _half(weights: Tensor) -> npt.NDArray[np.float16]:
    return weights.detach().numpy().astype(np.float16)


def main() -> None:
    """Train the teachers, then their student; evaluate, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teachers", type=int, default=2, help="wide networks whose opinions are averaged")
    parser.add_argument("--copies", type=int, default=4, help="changed copies of each conversation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("pca_pipeline/pii/review/networks.npz"))
    options = parser.parse_args()
    data, held = taught(options.copies, options.seed)
    print(f"{len(data)} conversations to learn from, {len(held)} held out")
    with ProcessPoolExecutor(max_workers=min(options.teachers, os.cpu_count() or 1)) as pool:
        seeds = range(options.seed + 1, options.seed + 1 + options.teachers)
        teachers = list(pool.map(partial(train, data, TEACHER), seeds))
    print(f"teachers: {evaluate(teachers, held)}")
    network = train(data, STUDENT, options.seed, opinions_of(teachers, data))
    write([network], options.out)
    print(evaluate([network], held))


if __name__ == "__main__":
    main()
