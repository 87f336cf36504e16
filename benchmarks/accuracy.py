"""How accurate the pipeline is, measured against ground truth on calls made by sample_calls.build.

    python -m benchmarks.accuracy --calls DIR      # a folder that `sample_calls.build` wrote; default: the shipped calls

Prints how many words have the right speaker, and how much personal data was removed from text and audio, by entity.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pca_pipeline import audio, pipeline
from pca_pipeline.call import Recording, RedactedCall, RedactedWord
from pca_pipeline.settings import Settings, load_settings
from pca_pipeline.transcript import read_transcript

SAMPLES = Path(__file__).parent.parent / "sample_calls"
MUTED_SHARE = 0.8  # share of a word's samples: what is left then is a breath, not a digit


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the truth."""

    text: str
    start: float
    end: float
    channel: int
    speaker: str
    entity: str | None

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


@dataclass
class Score:
    """Counts over calls, from which shares are computed."""

    heard: int = 0  # words of the transcript that lie in an utterance
    right_speaker: int = 0
    personal: Counter[str] = field(default_factory=Counter)  # words of personal data by entity
    in_text: Counter[str] = field(default_factory=Counter)  # of these, still readable
    in_audio: Counter[str] = field(default_factory=Counter)  # of these, still audible
    numbers: int = 0
    numbers_in_text: int = 0
    numbers_in_audio: int = 0
    ordinary: int = 0
    over_redacted: int = 0  # ordinary words under a label

    def add(self, other: Score) -> None:
        for name, value in vars(other).items():
            mine = getattr(self, name)
            mine.update(value) if isinstance(mine, Counter) else setattr(self, name, mine + value)


def truth_words(truth: dict[str, Any]) -> list[Word]:
    """All words of a call's truth, each with its entity."""
    entities = {
        (span["utterance"], place): span["entity"]
        for span in truth["pii"]
        if not span["value_id"].startswith("agent")  # agents' own names stay, by policy
        for place in range(span["words"][0], span["words"][1] + 1)
    }
    return [
        Word(w["text"], w["start"], w["end"], u["channel"], u["speaker"], entities.get((at, place)))
        for at, u in enumerate(truth["utterances"])
        for place, w in enumerate(u["words"])
    ]


def score_call(call: RedactedCall, redacted: Recording, truth: dict[str, Any]) -> Score:
    """One call against its truth."""
    score = Score()
    words = truth_words(truth)
    _score_speakers(score, call, truth)
    for word in words:
        over = [w for w in _words_at(call, word) if w.entity]
        if word.entity is None:
            score.ordinary += 1
            score.over_redacted += bool(over) and not _beside_personal(word, words)
            continue
        score.personal[word.entity] += 1
        readable = any(_same(w, word) for w in _words_at(call, word) if not w.entity)
        audible = muted_share(redacted, word) < MUTED_SHARE
        score.in_text[word.entity] += readable
        score.in_audio[word.entity] += audible
        if any(c.isdigit() for c in word.text):
            score.numbers += 1
            score.numbers_in_text += readable
            score.numbers_in_audio += audible
    return score


def muted_share(redacted: Recording, word: Word) -> float:
    """Share of a word's samples that are silent in the redacted recording."""
    channel = word.channel if len(redacted.channels) > 1 else 0
    rate = redacted.sample_rate
    samples = redacted.channels[channel][round(word.start * rate) : round(word.end * rate)]
    return float(np.mean(np.abs(samples) < 1e-3)) if len(samples) else 1.0


def _score_speakers(score: Score, call: RedactedCall, truth: dict[str, Any]) -> None:
    agents = {p.key: p.id for p in call.timeline.participants}
    for segment in call.segments:
        for word in segment.words:
            said_by = _utterance_at(truth, segment.channel, (word.start + word.end) / 2)
            if said_by is None:
                continue
            score.heard += 1
            if said_by["agent_id"]:
                score.right_speaker += agents.get(segment.speaker) == said_by["agent_id"]
            else:
                score.right_speaker += segment.speaker.partition("_")[0] == said_by["speaker"].partition("_")[0]


def _utterance_at(truth: dict[str, Any], channel: int, at: float) -> dict[str, Any] | None:
    found = [u for u in truth["utterances"] if u["channel"] == channel and u["start"] <= at <= u["end"]]
    return found[0] if len(found) == 1 else None  # two at once on one channel: it cannot be decided


def _words_at(call: RedactedCall, word: Word) -> Iterator[RedactedWord]:
    for segment in call.segments:
        if segment.channel == word.channel or call.channels == 1:
            yield from (w for w in segment.words if w.start - 0.05 <= word.middle <= w.end + 0.05)


def _same(heard: RedactedWord, word: Word) -> bool:
    """Whether the transcript shows the word, or a part of its digits."""
    mine, theirs = _plain(word.text), _plain(heard.text)
    if any(c.isdigit() for c in mine):
        return any(c.isdigit() for c in theirs)
    return mine == theirs


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _beside_personal(word: Word, words: Iterable[Word]) -> bool:
    """A label may cover its neighbours by the uncertainty of word times."""
    return any(w.entity and w.channel == word.channel and abs(w.middle - word.middle) < 1.0 for w in words)


def sample_settings(samples: Path, folder: Path, **others: Any) -> Settings:
    """Settings for the calls of a folder that sample_calls.build wrote, with the demo Whisper."""
    sections: dict[str, Any] = {
        "intake": {"stable_seconds": 0, "record_wait_seconds": 0},
        "speech": {"model": str(SAMPLES / "demo-whisper.pt")},
        "ctr": {"agents": str(samples / "lookups/agents.csv"), "queues": str(samples / "lookups/queues.csv")},
        "pii": {"verify_share": 0},
    }
    return load_settings(folder=folder, inbox=folder / "inbox", **(sections | others))


def truth_by_audio(samples: Path) -> dict[str, dict[str, Any]]:
    """Truth of each call by the name of its recording."""
    truths = [json.loads(path.read_text()) for path in sorted((samples / "truth").glob("*.json"))]
    return {Path(truth["audio"]).name: truth for truth in truths}


def score_finished(settings: Settings, samples: Path) -> dict[str, Score]:
    """Every finished call that has a truth, by name."""
    truths = truth_by_audio(samples)
    scores = {}
    for folder in sorted(settings.done_folder.glob("*/*")):
        call = read_transcript(folder)
        name = next(Path(file.name).name for file in call.files if file.kind == "audio")
        truth = truths[name]
        scores[truth["call"]] = score_call(call, audio.read(next(folder.glob("redacted.*"))), truth)
    return scores


def report(scores: dict[str, Score]) -> None:
    """Print the totals, then personal data by entity, then calls with something left."""
    total = Score()
    for score in scores.values():
        total.add(score)
    personal, text, sound = sum(total.personal.values()), sum(total.in_text.values()), sum(total.in_audio.values())
    print(f"calls                              {len(scores)}")
    print(f"words with the right speaker       {_share(total.right_speaker, total.heard)}")
    print(f"words of personal data gone, text  {_share(personal - text, personal)}")
    print(f"words of personal data gone, audio {_share(personal - sound, personal)}")
    print(f"numbers gone, text                 {_share(total.numbers - total.numbers_in_text, total.numbers)}")
    print(f"numbers gone, audio                {_share(total.numbers - total.numbers_in_audio, total.numbers)}")
    print(f"ordinary words under a label       {_share(total.over_redacted, total.ordinary)}")
    print("\nentity             words  left in text  left in audio")
    for entity, count in total.personal.most_common():
        print(f"{entity:18} {count:5}  {total.in_text[entity]:12}  {total.in_audio[entity]:13}")
    for name, score in scores.items():
        if score.right_speaker < 0.98 * score.heard:
            print(f"{name}: {_share(score.right_speaker, score.heard)} with the right speaker")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} % of {whole}" if whole else "none"


def main() -> None:
    """Run the pipeline on a folder of made-up calls, or take a finished run, and compare with the truth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=Path, default=SAMPLES, help="folder with calls/, truth/ and lookups/")
    parser.add_argument("--finished", type=Path, help="calls folder of a run on them, not to run again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = sample_settings(options.calls, options.finished or Path(scratch))
        if not options.finished:
            shutil.copytree(options.calls / "calls", settings.inbox_folder)
            print(pipeline.run_sweep(settings).counts())
        report(score_finished(settings, options.calls))


if __name__ == "__main__":
    main()
