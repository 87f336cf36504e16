"""This engine and its peers, on the same audio, weights and machine, taking turns call by call.

    python -m benchmarks.speech [--calls DIR] [--limit 8] [--rows NAME ...] [--list]

`DIR` is a folder made by `sample_calls.build`. Each system has a process of its own and works while the others wait. Peers
hear each channel separately, with word times and otherwise with their default settings (`benchmarks.speech_peers`).
Columns: seconds of stereo calls per second of wall clock, with models loaded beforehand; word error rate after Whisper's
English normaliser; words on silence, half a second or more from any speech; distance of words' starts and ends from the
truth in ms, median and 95th percentile; peak memory of the process, which includes the same Python and torch in every
row; 30 s windows that the encoder saw per minute of speech (2 if all windows are full).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from benchmarks.processes import Worker, cores
from benchmarks.speech_peers import converted, peer_rows
from benchmarks.speech_rows import HEADING, Row, Spoken, engine_row, whisper_row
from pca_pipeline import audio
from pca_pipeline.call import Recording
from pca_pipeline.settings import SpeechSettings

SAMPLES = Path(__file__).parent.parent / "sample_calls"
DEMO = SAMPLES / "demo-whisper.pt"


def rows(model: Path) -> dict[str, Callable[[], Row]]:
    """How to make each row, by name; `model` is the folder of the demo weights for CTranslate2."""
    settings = SpeechSettings(model=str(DEMO))
    return {
        "openai-whisper transcribe": partial(whisper_row, settings),
        "openai-whisper transcribe, no prompt": partial(whisper_row, settings, condition_on_previous_text=False),
        **peer_rows(model),
        "pca_pipeline": partial(engine_row, settings),
    }


def read_calls(folder: Path, limit: int) -> Iterator[tuple[Recording, list[Spoken]]]:
    """Recordings and the words that were said."""
    for path in sorted((folder / "truth").glob("*.truth.json"))[:limit]:
        truth = json.loads(path.read_text())
        said = [
            Spoken(utterance["channel"], word["text"], word["start"], word["end"])
            for utterance in truth["utterances"]
            for word in utterance["words"]
        ]
        yield audio.read(folder / truth["audio"]), said


def measure(makers: Mapping[str, Callable[[], Row]], calls: Iterator[tuple[Recording, list[Spoken]]]) -> list[str]:
    """A line for each system, over all calls."""
    workers = {name: Worker(make) for name, make in makers.items()}
    minutes = 0.0
    for recording, truth in calls:
        minutes += recording.duration / 60
        for worker in workers.values():
            worker.do("run", recording, truth)
    lines = [worker.do("tallied").line(name, worker.finish()) for name, worker in workers.items()]
    return [f"{minutes:.1f} minutes of calls, {cores()} cores", HEADING, *lines]


def main() -> None:
    """Print one line for each system."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "demo-ctranslate2"
        makers = rows(model)
        parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--calls", type=Path, default=SAMPLES)
        parser.add_argument("--limit", type=int, default=8)
        parser.add_argument("--rows", nargs="+", choices=makers, metavar="NAME", default=list(makers))
        parser.add_argument("--list", action="store_true", help="print the rows' names and end")
        arguments = parser.parse_args()
        if arguments.list:
            print(*makers, sep="\n")
            return
        converted(DEMO, model)
        chosen = {name: makers[name] for name in arguments.rows}
        print(*measure(chosen, read_calls(arguments.calls, arguments.limit)), sep="\n")


if __name__ == "__main__":
    main()
