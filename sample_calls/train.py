"""Trains the demo Whisper from nothing on the synthesised corpus, on CPU or GPU, within a time budget.

    torchrun --nproc-per-node 2 -m sample_calls.train --corpus DIR --out demo-whisper.pt --minutes 85

One process per CPU core is faster than one with many threads. Beside the decoder's loss the encoder learns to spell what
it hears (CTC, its head dropped afterwards), and two heads of the decoder learn to look where a word is said: they are the
checkpoint's `alignment_heads`, for word times.
"""

from __future__ import annotations

import argparse
import io
import math
import os
import time
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader
from whisper.model import ModelDimensions, Whisper

from sample_calls.corpus import Utterance
from sample_calls.windows import IGNORE, LETTERS, Windows, encode, english

DIMENSIONS = ModelDimensions(
    n_mels=80, n_audio_ctx=1500, n_audio_state=192, n_audio_head=3, n_audio_layer=4,
    n_vocab=51864, n_text_ctx=448, n_text_state=192, n_text_head=3, n_text_layer=2,
)  # fmt: skip
ALIGNMENT_HEADS = ((1, 0), (1, 1))  # (decoder layer, head): look where the token about to be written is said
ANCHOR_HEADS = ((0, 0),)  # looks where the token just written was said, which tells the others where to go on
HEAD_SIZE = DIMENSIONS.n_text_state // DIMENSIONS.n_text_head
LEARNING_RATES = {"Muon": 1.5e-3, "AdamW": 1e-3}
WARM_UP = 60  # steps
LABEL_SMOOTHING = 0.05
SPELLING_WEIGHT = (1.0, 0.3)  # at first, and from SPELLING_LEARNT on
SPELLING_LEARNT = 0.5
FEWEST_LETTERS = 10  # what silence counts as: else one silent window outweighs a batch of speech
ALIGNMENT_WEIGHT = 0.5
AVERAGE_DECAY = 0.99  # of the weights that are saved
SAVE_EVERY = 300  # seconds
REPORT_EVERY = 25  # steps


@dataclass(frozen=True)
class Losses:
    """The parts of the loss, each a scalar tensor."""

    words: Tensor
    spelling: Tensor
    alignment: Tensor

    def total(self, spelling_weight: float) -> Tensor:
        """What is minimised."""
        return self.words + spelling_weight * self.spelling + ALIGNMENT_WEIGHT * self.alignment


class Student(nn.Module):
    """A Whisper in training: its embedding holds the used tokens only, and a CTC head listens to its encoder."""

    used: Tensor
    place: Tensor

    def __init__(self, used: Tensor) -> None:
        super().__init__()
        self.whisper = Whisper(DIMENSIONS)
        del self.whisper.alignment_heads  # a sparse buffer, which processes cannot share
        self.whisper.decoder.token_embedding.requires_grad_(False)
        nn.init.normal_(self.whisper.decoder.positional_embedding, std=0.01)  # left uninitialised by the library
        self.embedding = nn.Parameter(0.05 * torch.randn(len(used), DIMENSIONS.n_text_state))
        self.speller = nn.Linear(DIMENSIONS.n_audio_state, len(LETTERS) + 1)
        self.register_buffer("used", used)
        self.register_buffer("place", torch.zeros(DIMENSIONS.n_vocab, dtype=torch.long))
        self.place[used] = torch.arange(len(used))
        self.unused = math.log(DIMENSIONS.n_vocab - len(used))
        self.seen: dict[tuple[int, str], Tensor] = {}  # queries and keys of the decoder's looks at the audio
        for layer, block in enumerate(_blocks(self.whisper.decoder)):
            for name in ("query", "key"):
                getattr(block.cross_attn, name).register_forward_hook(partial(self._see, (layer, name)))

    def _see(self, place: tuple[int, str], _module: nn.Module, _inputs: object, output: Tensor) -> None:
        self.seen[place] = output

    def start_from(self, checkpoint: Path) -> None:
        """Take over the weights of a checkpoint written by `save`."""
        saved = torch.load(checkpoint, weights_only=True)
        weights = saved["model_state_dict"]
        if "speller" in saved:
            self.speller.load_state_dict(saved["speller"])
        self.embedding.data.copy_(weights["decoder.token_embedding.weight"][self.used])
        self.whisper.load_state_dict(weights)

    def forward(self, batch: dict[str, Tensor]) -> Losses:
        """Losses of a batch of `windows.collate`."""
        heard = self.listen(batch["mel"])
        written = self.write(batch["tokens"], heard)
        return Losses(
            words=self._word_loss(written, batch["targets"]),
            spelling=self._spelling_loss(heard, batch["letters"], batch["letter_counts"]),
            alignment=self._alignment_loss(ALIGNMENT_HEADS, batch["spans"])
            + self._alignment_loss(ANCHOR_HEADS, F.pad(batch["spans"], (0, 0, 1, -1))),
        )

    def listen(self, mel: Tensor) -> Tensor:
        """Whisper's encoder on windows of any length up to 30 s: (batch, 80, frames) -> (batch, frames / 2, state)."""
        encoder = self.whisper.encoder
        x = F.gelu(encoder.conv2(F.gelu(encoder.conv1(mel)))).permute(0, 2, 1).float()
        positions: Tensor = encoder.positional_embedding
        x = x + positions[: x.shape[1]]
        for block in _blocks(encoder):
            x = block(x)
        heard: Tensor = encoder.ln_post(x)
        return heard

    def write(self, tokens: Tensor, heard: Tensor) -> Tensor:
        """Whisper's decoder up to its last states: (batch, length) -> (batch, length, state)."""
        decoder = self.whisper.decoder
        x = self.embedding[self.place[tokens]] + decoder.positional_embedding[: tokens.shape[1]]
        for block in _blocks(decoder):
            x = block(x, heard, mask=decoder.mask)
        written: Tensor = decoder.ln(x)
        return written

    def _word_loss(self, written: Tensor, targets: Tensor) -> Tensor:
        """Cross-entropy over the whole vocabulary: each unused token has a row of zeros, so a logit of zero."""
        logits = (written @ self.embedding.T.to(written.dtype)).float()
        unused = logits.new_full((*logits.shape[:2], 1), self.unused)
        places = torch.where(targets == IGNORE, IGNORE, self.place[targets.clamp(min=0)])
        return F.cross_entropy(
            torch.cat((logits, unused), -1).flatten(0, 1),
            places.flatten(),
            ignore_index=IGNORE,
            label_smoothing=LABEL_SMOOTHING,
        )

    def _spelling_loss(self, heard: Tensor, letters: Tensor, counts: Tensor) -> Tensor:
        log_probabilities = F.log_softmax(self.speller(heard).float(), dim=-1).transpose(0, 1)
        lengths = torch.full_like(counts, heard.shape[1])
        losses = F.ctc_loss(log_probabilities, letters, lengths, counts, reduction="none", zero_infinity=True)
        return (losses / counts.clamp(min=FEWEST_LETTERS)).mean()

    def _alignment_loss(self, heads: tuple[tuple[int, int], ...], spans: Tensor) -> Tensor:
        """Cross-entropy between where heads look and the spans (batch, length, 2) that they are to look at."""
        position = torch.arange(DIMENSIONS.n_audio_ctx, device=spans.device)
        said = (position >= spans[..., :1].floor()) & (position < spans[..., 1:].ceil())
        share = said / said.sum(-1, keepdim=True).clamp(min=1)
        known = said.any(-1)
        losses = []
        for layer, head in heads:
            query, key = (
                self.seen[layer, name][..., head * HEAD_SIZE : (head + 1) * HEAD_SIZE] for name in ("query", "key")
            )
            looks = F.log_softmax(query.float() @ key.float().mT / math.sqrt(HEAD_SIZE), dim=-1)
            losses.append(-(share[..., : looks.shape[-1]] * looks).sum(-1)[known].mean())
        return torch.stack(losses).mean()


def _blocks(part: nn.Module) -> Iterable[Any]:
    """The transformer blocks of Whisper's encoder or decoder."""
    blocks: Iterable[Any] = part.blocks  # type: ignore[assignment]
    return blocks


class Optimizers:
    """Muon for the matrices of the transformer blocks, AdamW for everything else, on one schedule."""

    def __init__(self, student: Student) -> None:
        named = [(name, parameter) for name, parameter in student.named_parameters() if parameter.requires_grad]
        matrices = [parameter for name, parameter in named if ".blocks." in name and parameter.ndim == 2]
        rest = [parameter for name, parameter in named if not (".blocks." in name and parameter.ndim == 2)]
        self.parts: list[torch.optim.Optimizer] = [
            torch.optim.Muon(matrices, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(rest, betas=(0.9, 0.98), weight_decay=0.01),
        ]
        self.parameters = matrices + rest

    def step(self, step: int, progress: float) -> None:
        """Warm up over the first steps, then fall to zero with the time left; clip, move and clear the gradients."""
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        share = min(1.0, (step + 1) / WARM_UP) * (1.0 - progress)
        for optimizer in self.parts:
            for group in optimizer.param_groups:
                group["lr"] = LEARNING_RATES[type(optimizer).__name__] * share
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)


def train(corpus: Path, out: Path, minutes: float, batch_seconds: int, start: Path | None) -> None:
    """Train for `minutes`, writing the checkpoint to `out` now and then, and at the end."""
    rank, processes = dist.get_rank(), dist.get_world_size()
    device = torch.device("cuda", rank) if torch.cuda.is_available() else torch.device("cpu")
    windows = Windows(corpus, batch_seconds // processes, seed=rank)
    torch.manual_seed(0)
    student = Student(used_tokens(row for _, row in windows.items))
    if start:
        student.start_from(start)
    student.to(device)
    parallel = DistributedDataParallel(student, broadcast_buffers=False)
    average = AveragedModel(student, multi_avg_fn=get_ema_multi_avg_fn(AVERAGE_DECAY))  # type: ignore[no-untyped-call]
    optimizers = Optimizers(student)
    loader = DataLoader(windows, batch_size=None, num_workers=4 if device.type == "cuda" else 0)
    clock = Clock(60 * minutes)
    for step, batch in enumerate(loader):
        progress = clock.progress()
        if progress >= 1:
            break
        windows.progress.value = progress
        with torch.autocast(device.type, torch.bfloat16):
            losses: Losses = parallel({name: tensor.to(device) for name, tensor in batch.items()})
        losses.total(SPELLING_WEIGHT[progress >= SPELLING_LEARNT]).backward()  # type: ignore[no-untyped-call]
        optimizers.step(step, progress)
        average.update_parameters(student)
        if rank == 0:
            clock.report(step, losses)
        if rank == 0 and clock.save_is_due():
            save(cast(Student, average.module), out)
    if rank == 0:
        save(cast(Student, average.module), out)


class Clock:
    """How much of the time is used, and what is due."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.started = self.saved = time.monotonic()
        self.recent: list[Tensor] = []

    def progress(self) -> float:
        """Share of the time that is used, by the first process's clock in all processes."""
        device = "cuda" if dist.get_backend() == "nccl" else "cpu"
        shared = torch.tensor((time.monotonic() - self.started) / self.seconds, device=device, dtype=torch.float64)
        dist.broadcast(shared, 0)
        return float(shared)

    def report(self, step: int, losses: Losses) -> None:
        """Print the mean losses of each REPORT_EVERY steps."""
        self.recent.append(torch.stack((losses.words, losses.spelling, losses.alignment)).detach())
        if len(self.recent) == REPORT_EVERY:
            words, spelling, alignment = torch.stack(self.recent).mean(0).tolist()
            self.recent.clear()
            minutes = (time.monotonic() - self.started) / 60
            means = f"words {words:.3f}  spelling {spelling:.3f}  alignment {alignment:.3f}"
            print(f"{minutes:5.1f} min  step {step + 1}  {means}", flush=True)

    def save_is_due(self) -> bool:
        """True once every SAVE_EVERY seconds."""
        due = time.monotonic() - self.saved > SAVE_EVERY
        if due:
            self.saved = time.monotonic()
        return due


def used_tokens(utterances: Iterable[Utterance]) -> Tensor:
    """Ids of all tokens that can be a target: those of the corpus, and the special ones for English transcription."""
    tokenizer = english()
    words = {word for utterance in utterances for word in utterance.written}
    text = {token for word in words for token in encode(f" {word}")} | {
        token for mark in ",.?!" for token in encode(mark)
    }
    special = {tokenizer.sot, tokenizer.eot, tokenizer.no_timestamps, tokenizer.no_speech}
    return torch.tensor(sorted(text | special | {tokenizer.timestamp_begin + at for at in range(1501)}))


def save(student: Student, out: Path) -> None:
    """Write a checkpoint that `whisper.load_model` reads: half precision, its zip deflated (unused rows are zeros)."""
    weights = {name: tensor.detach().half().cpu() for name, tensor in student.whisper.state_dict().items()}
    table = torch.zeros(DIMENSIONS.n_vocab, DIMENSIONS.n_text_state, dtype=torch.half)
    table[student.used.cpu()] = student.embedding.detach().half().cpu()
    weights["decoder.token_embedding.weight"] = table
    plain = io.BytesIO()
    heads = [list(head) for head in ALIGNMENT_HEADS]
    speller = {name: tensor.detach().cpu() for name, tensor in student.speller.state_dict().items()}
    checkpoint = {"dims": asdict(DIMENSIONS), "model_state_dict": weights, "alignment_heads": heads, "speller": speller}
    torch.save(checkpoint, plain)
    unfinished = out.with_suffix(".partial")
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
    unfinished.replace(out)


def main() -> None:
    """Train as one of the processes that torchrun starts, or alone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="folder written by sample_calls.corpus")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write")
    parser.add_argument("--minutes", type=float, default=85.0)
    parser.add_argument("--warm-start", type=Path, help="checkpoint to go on from")
    parser.add_argument("--batch-seconds", type=int, default=120, help="of audio in a step, over all processes")
    options = parser.parse_args()
    for name, alone in {"RANK": "0", "WORLD_SIZE": "1", "MASTER_ADDR": "localhost", "MASTER_PORT": "29500"}.items():
        os.environ.setdefault(name, alone)
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    try:
        train(options.corpus, options.out, options.minutes, options.batch_seconds, options.warm_start)
    finally:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
