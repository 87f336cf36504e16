"""How a call reaches the drop folder: its encoding, its channels, its records and their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sample_calls.recording import EXTERNAL, INTERNAL, Recording, Utterance

Layout = Literal["stereo", "swapped", "mono", "silent_internal"]
Record = Literal["full", "detail_only", "none", "late"]
Naming = Literal["plain", "export", "two_suffixes"]


@dataclass(frozen=True)
class Variant:
    """An ordinary call is mu-law stereo with both of its records beside it."""

    encoding: Literal["ULAW", "PCM_16"] = "ULAW"  # soundfile's names of a WAV's sample type
    layout: Layout = "stereo"
    record: Record = "full"
    naming: Naming = "plain"
    wrapped: bool = False  # the conversation detail inside the list that a query returns


def draw(rng: Random, plain: bool = False) -> Variant:
    """Most calls are ordinary; `plain` leaves only the encoding to chance."""
    encoding = rng.choices(("ULAW", "PCM_16"), (4, 1))[0]
    if plain:
        return Variant(encoding=encoding)  # type: ignore[arg-type]
    layout = rng.choices(("stereo", "swapped", "mono", "silent_internal"), (88, 5, 5, 2))[0]
    record = rng.choices(("full", "detail_only", "none", "late"), (74, 14, 6, 6))[0]
    naming = rng.choices(("plain", "export", "two_suffixes"), (80, 10, 10))[0] if record == "full" else "plain"
    return Variant(encoding, layout, record, naming, rng.random() < 0.1)  # type: ignore[arg-type]


def roles(layout: Layout) -> tuple[str, ...]:
    """Who is on each channel of the file: external, internal or mixed."""
    return {"swapped": ("internal", "external"), "mono": ("mixed",)}.get(layout, ("external", "internal"))


def lay_out(recording: Recording, layout: Layout) -> Recording:
    """The recording as the file holds it: audio of shape (samples, channels), its utterances moved along."""
    audio, move = _LAYOUTS[layout](recording.audio)
    moved = tuple(replace(spoken, channel=move[spoken.channel]) for spoken in _heard(recording.utterances, move))
    return replace(recording, audio=audio, utterances=moved)


Move = dict[int, int]  # channel of the conversation -> channel of the file; a channel left out is not heard


def _heard(utterances: tuple[Utterance, ...], move: Move) -> tuple[Utterance, ...]:
    return tuple(spoken for spoken in utterances if spoken.channel in move)


def _stereo(audio: NDArray[np.float32]) -> tuple[NDArray[np.float32], Move]:
    return audio, {EXTERNAL: 0, INTERNAL: 1}


def _swapped(audio: NDArray[np.float32]) -> tuple[NDArray[np.float32], Move]:
    return audio[:, ::-1], {EXTERNAL: 1, INTERNAL: 0}


def _mono(audio: NDArray[np.float32]) -> tuple[NDArray[np.float32], Move]:
    return 0.7 * audio.sum(axis=1, keepdims=True), {EXTERNAL: 0, INTERNAL: 0}


def _silent_internal(audio: NDArray[np.float32]) -> tuple[NDArray[np.float32], Move]:
    return audio * np.array([1, 0], np.float32), {EXTERNAL: 0}


_LAYOUTS: dict[Layout, Callable[[NDArray[np.float32]], tuple[NDArray[np.float32], Move]]] = {
    "stereo": _stereo,
    "swapped": _swapped,
    "mono": _mono,
    "silent_internal": _silent_internal,
}
