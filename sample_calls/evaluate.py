"""Measures a Whisper checkpoint on utterances it has not seen: word errors by voice, digit errors, word edges.

python -m sample_calls.corpus --out DIR --hours 0.5 --seed 99 --voices rms slt awb-large ...
python -m sample_calls.evaluate --model sample_calls/demo-whisper.pt --corpus DIR
python -m sample_calls.build --calls 20 --seed 7 --out CALLS
python -m sample_calls.evaluate --model sample_calls/demo-whisper.pt --calls CALLS
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
import whisper
from rapidfuzz.distance import Levenshtein
from scipy.signal import resample_poly
from whisper.audio import N_FRAMES, N_SAMPLES, log_mel_spectrogram, pad_or_trim
from whisper.normalizers import EnglishTextNormalizer
from whisper.timing import find_alignment

from sample_calls import telephone
from sample_calls.corpus import read_shards
from sample_calls.voices import SAMPLE_RATE, VOICES, Audio
from sample_calls.windows import english

Edges = list[tuple[str, float, float]]  # word, start, end


@dataclass(frozen=True)
class Spoken:
    """An utterance to recognise: who says it, how it sounds, and what is right."""

    voice: str
    audio: Audio  # 8 kHz
    words: Edges


@dataclass
class Score:
    """Errors counted over utterances."""

    words: int = 0
    word_errors: int = 0
    digits: int = 0
    digit_errors: int = 0
    utterances: int = 0
    perfect: int = 0
    edges: list[float] = field(default_factory=list)  # distances of found from true word edges, seconds

    def add(self, truth: Edges, heard: str, found: Edges) -> None:
        """Count one utterance."""
        normal = EnglishTextNormalizer()
        written = " ".join(word for word, _, _ in truth)
        right, said = normal(written).split(), normal(heard).split()
        errors = Levenshtein.distance(right, said)
        digits, heard_digits = re.sub(r"\D", "", written), re.sub(r"\D", "", heard)
        self.words += len(right)
        self.word_errors += errors
        self.digits += len(digits)
        self.digit_errors += Levenshtein.distance(digits, heard_digits)
        self.utterances += 1
        self.perfect += errors == 0
        self.edges += edge_distances(truth, found)

    def row(self) -> str:
        """The counts as rates."""
        edges = np.array(self.edges or [np.nan]) * 1000
        return (
            f"{100 * self.word_errors / max(self.words, 1):6.1f} {100 * self.digit_errors / max(self.digits, 1):7.1f} "
            f"{100 * self.perfect / max(self.utterances, 1):8.0f} {np.median(edges):8.0f} {np.percentile(edges, 90):7.0f} "
            f"{self.utterances:6}"
        )


def load(path: Path) -> whisper.Whisper:
    """A checkpoint with its own alignment heads, which `whisper.load_model` does not read."""
    model = whisper.load_model(str(path), device="cuda" if torch.cuda.is_available() else "cpu")
    heads = torch.zeros(model.dims.n_text_layer, model.dims.n_text_head, dtype=torch.bool)
    for layer, head in torch.load(path, weights_only=True).get("alignment_heads", []):
        heads[layer, head] = True
    if heads.any():
        model.register_buffer("alignment_heads", heads.to_sparse().to(model.device), persistent=False)
    return model


def from_corpus(folder: Path, seed: int = 0) -> Iterator[Spoken]:
    """Utterances of a corpus, each over its own telephone line."""
    rng = np.random.default_rng(seed)
    for samples, rows in read_shards(folder):
        for row in rows:
            speech = samples[row.offset : row.offset + row.samples].astype(np.float32) / np.float32(32768)
            level = float(rng.uniform(-20, 0))
            line = telephone.band(speech) * np.float32(10 ** (level / 20))
            noise = telephone.noise(len(line), level - float(rng.uniform(45, 65)), "line", rng)
            words = [(word, start, end) for word, (start, end) in zip(row.written, row.times, strict=True)]
            yield Spoken(row.voice, telephone.mu_law(line + noise), words)


def from_calls(folder: Path, margin: float = 0.2) -> Iterator[Spoken]:
    """Utterances of built calls, cut out of their channel with a margin; the voice is the speaker's part in the call."""
    for path in sorted((folder / "truth").glob("*.json")):
        truth = json.loads(path.read_text())
        audio, rate = soundfile.read(folder / truth["audio"], dtype="float32", always_2d=True)
        for utterance in truth["utterances"]:
            begin = max(utterance["start"] - margin, 0.0)
            piece = audio[int(begin * rate) : int((utterance["end"] + margin) * rate), utterance["channel"]]
            words = [(word["text"], word["start"] - begin, word["end"] - begin) for word in utterance["words"]]
            yield Spoken(utterance["speaker"], resample_poly(piece, SAMPLE_RATE, rate).astype(np.float32), words)


@torch.inference_mode()
def recognise(model: whisper.Whisper, spoken: Iterable[Spoken], batch: int = 8) -> Iterator[tuple[Spoken, str, Edges]]:
    """Text and word edges of each utterance, by the library's own decoding at temperature zero and its own alignment."""
    options = whisper.DecodingOptions(language="en", without_timestamps=True, fp16=model.device.type == "cuda")
    waiting = iter(spoken)
    while group := list(islice(waiting, batch)):
        mels = [log_mel_spectrogram(pad_or_trim(resample_poly(each.audio, 2, 1), N_SAMPLES)) for each in group]
        mel = torch.stack(mels).to(model.device)
        for each, one, result in zip(group, mel, whisper.decode(model, mel, options), strict=True):
            frames = min(len(each.audio) * 100 // SAMPLE_RATE, N_FRAMES)
            yield each, result.text, word_edges(model, one, result.tokens, frames)


def word_edges(model: whisper.Whisper, mel: torch.Tensor, tokens: list[int], frames: int) -> Edges:
    """Edges of whitespace-free words by `whisper.timing.find_alignment`; closing marks do not lengthen a word."""
    text = [token for token in tokens if token < english().eot]
    edges: Edges = []
    for word in find_alignment(model, english(), text, mel, frames):
        if word.word.startswith(" ") or not edges:
            edges.append((word.word.strip(), word.start, word.end))
        else:
            whole, start, end = edges[-1]
            mark = not any(letter.isalnum() for letter in word.word)
            edges[-1] = (whole + word.word, start, end if mark else word.end)
    return edges


def edge_distances(truth: Edges, found: Edges) -> list[float]:
    """Distances of both edges of the words that were recognised."""
    right, heard = ([re.sub(r"\W", "", word).lower() for word, _, _ in words] for words in (truth, found))
    distances: list[float] = []
    for at, to, size in SequenceMatcher(None, right, heard, autojunk=False).get_matching_blocks():
        for (_, start, end), (_, heard_start, heard_end) in zip(
            truth[at : at + size], found[to : to + size], strict=True
        ):
            distances += [abs(start - heard_start), abs(end - heard_end)]
    return distances


def report(scores: dict[str, Score]) -> Iterator[str]:
    """A table: each voice, then all of a kind together."""
    yield f"{'voice':16} WER % digits % perfect% edge ms  p90 ms   utts"
    for voice, score in sorted(scores.items()):
        held_out = voice in VOICES and VOICES[voice].held_out
        yield f"{voice + ' *' * held_out:16}{score.row()}"
    yield "* held out from training; edge: median distance from the true word edge"


def main() -> None:
    """Print the table for a corpus or for built calls."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    source: Any = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--corpus", type=Path)
    source.add_argument("--calls", type=Path)
    parser.add_argument("--limit", type=int, help="utterances at most")
    parser.add_argument("--show-errors", action="store_true", help="print each utterance that is not perfect")
    options = parser.parse_args()
    spoken = from_corpus(options.corpus) if options.corpus else from_calls(options.calls)
    scores: dict[str, Score] = defaultdict(Score)
    for each, text, edges in recognise(load(options.model), islice(spoken, options.limit)):
        for name in (each.voice, _group(each.voice)):
            before = scores[name].perfect
            scores[name].add(each.words, text, edges)
        if options.show_errors and scores[name].perfect == before:
            print(f"{each.voice}: {' '.join(word for word, _, _ in each.words)}\n{'':16}{text}")
    print("\n".join(report(scores)))


def _group(voice: str) -> str:
    if voice not in VOICES:
        return "~ all"
    return "~ all held out" if VOICES[voice].held_out else "~ all known"


if __name__ == "__main__":
    main()
