"""One run of the real product on the canary calls, in a process of its own: python -m tests.flows.canary_sweep.

Only speech recognition is replaced, at the product's seam: a word is heard if it sounds. In the first of two sweeps
every step of the way fails for one call, with an error whose text is what was said.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

import pca_pipeline.telemetry  # noqa: F401  (before Prefect is imported)
from flows.ingest import ingest
from pca_pipeline import audio, ctr, insights, intake, pii, speech, timeline, warehouse
from pca_pipeline.call import Recording, SpeechStats, Transcript, Word
from pca_pipeline.cli import app
from pca_pipeline.errors import DatabaseLockedError, StorageError
from pca_pipeline.settings import load_settings
from pca_pipeline.web import create_app
from tests.flows.canary_calls import RATE, CanaryCall, make_calls

CALLS, SEED = 20, 7
# Where each of the first calls fails in the first sweep.
FAILING: tuple[tuple[Any, str], ...] = (
    (audio, "read"),
    (ctr, "read_record"),
    (speech, "transcribe_all"),
    (timeline, "attribute"),
    (audio, "mute_in_place"),
    (pii, "verify"),
    (pii, "put_by"),
    (insights, "enrich"),
    (audio, "write"),
    (warehouse, "stage"),
    (intake, "finish"),
)
RETRIED = len(FAILING)  # the call whose error goes away by itself


class Engine:
    """Speech recognition that knows what each call says, by its length."""

    name, language = "scripted", "en"

    def __init__(self, calls: list[CanaryCall]) -> None:
        self._calls = {call.frames: call for call in calls}
        self.now: CanaryCall | None = None  # the call that is being processed

    def transcribe_all(self, requests: Sequence[speech.Request], *_: object) -> list[Transcript]:
        """The words that sound in each recording."""
        return [self._transcribe(request.recording) for request in requests]

    def _transcribe(self, recording: Recording) -> Transcript:
        self.now = self._calls[recording.channels.shape[1]]
        words = [Word(probability=0.9, **word) for word in self.now.words]
        heard = tuple(word for word in words if self._sounds(recording, word))
        return Transcript(heard, SpeechStats(self.name, self.language, 0.0, 0.9, 0))

    def _sounds(self, recording: Recording, word: Word) -> bool:
        first, last = round(word.start * RATE), round(word.end * RATE)
        return bool(abs(recording.channels[word.channel, first:last]).mean() > 0.01)


def fail(engine: Engine, calls: list[CanaryCall]) -> Callable[[], None]:
    """Make every step fail for its call, with its words in the error. Returns what undoes it."""
    undo: list[Callable[[], None]] = []

    def replace(room: Any, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        real = getattr(room, name)
        setattr(room, name, make(real))
        undo.append(lambda: setattr(room, name, real))

    def failing(victim: CanaryCall, error: Callable[[str], Exception]) -> Callable[..., Callable[..., Any]]:
        text = " ".join(word["text"] for word in victim.words)

        def make(real: Callable[..., Any]) -> Callable[..., Any]:
            def step(*arguments: Any, **others: Any) -> Any:
                said = text, arguments, others  # raw values in a frame, as a debugger or a dump would find them
                if engine.now is victim:
                    raise error(str(said[0]))
                return real(*arguments, **others)

            return step

        return make

    for (room, name), victim in zip(FAILING, calls, strict=False):
        replace(room, name, failing(victim, ValueError))
    replace(warehouse, "stage", failing(calls[RETRIED], lambda _: StorageError("The disk is full.", "Free space.")))
    replace(warehouse, "load", _locked)
    replace(intake, "claim", lambda real: lambda found, settings: _noting(engine, calls, real(found, settings)))
    return lambda: [restore() for restore in reversed(undo)] and None


def _locked(_: Callable[..., Any]) -> Callable[..., Any]:
    def load(*_: object) -> None:
        raise DatabaseLockedError("The database is held by another process.", "The next sweep loads.")

    return load


def _noting(engine: Engine, calls: list[CanaryCall], claim: Any) -> Any:
    """Remember whose call is begun: by the number in its conversation's id."""
    text = b"".join(path.read_bytes() for path in claim.records).decode()
    engine.now = next(call for call in calls if call.record["conversationId"] in text)
    return claim


def look(folder: Path) -> None:
    """Print what the commands and the web page show of the calls."""
    settings = load_settings(folder=folder)
    for command in (["status", "--json"], ["ask", "calls", "--json"], ["ask", "find", "-p", "text=name", "--json"]):
        app([*command, "--folder", str(folder)], standalone_mode=False)
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        print(client.get("/").text)
        for name in sorted(path.name for path in settings.done_folder.glob("*/*")):
            print(client.get(f"/calls/{name}").text)


def main() -> None:
    """Sweep with failures, send the failed calls back, sweep again, and look at everything."""
    folder = Path(os.environ["PCA_FOLDER"])
    calls = make_calls(CALLS, SEED)
    engine = Engine(calls)
    speech.load_engine, speech.transcribe_all = (lambda _: engine), engine.transcribe_all  # type: ignore[assignment]
    restore = fail(engine, calls)
    ingest(return_state=True)
    restore()
    shutil.copytree(folder, folder.with_name("between"), ignore=shutil.ignore_patterns("input", "inbox"))
    app(["retry", "--folder", str(folder)], standalone_mode=False)
    state = ingest(return_state=True)
    print(state.name)
    look(folder)
    sys.exit(0 if state.name == "Completed" else 1)


if __name__ == "__main__":
    main()
