"""Reading recordings: whatever libsndfile decodes, and WAV files whose headers state a wrong length."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import soundfile

from pca_pipeline.audio.containers import promised_size
from pca_pipeline.audio.mpeg import Frames, count_frames
from pca_pipeline.audio.ogg import lacks_its_end
from pca_pipeline.audio.riff import WaveHeader, read_header
from pca_pipeline.call import Recording, Samples
from pca_pipeline.errors import AudioError, quoted_name
from pca_pipeline.intake.files import storage_errors

MIN_SAMPLE_RATE = 8_000
MAX_SAMPLE_RATE = 48_000
MAX_CHANNELS = 2
MAX_HOURS = 24  # no call is longer; a damaged header may claim any length
_LONGEST = 0xFFFF_FFFE  # bytes that a RIFF chunk can hold
_BLOCK = 65_536  # frames decoded at a time, so that memory holds only one copy of the recording

_CONVERT = "If another program can play it, convert it (ffmpeg -i INPUT OUTPUT.wav) and drop the result."
_EXPORT_AGAIN = "Export the recording again and drop the new file."


class _View(mmap.mmap):
    """A mapped file in which seeking past the end stops at the end: libsndfile looks for chunks after the samples."""

    def seek(self, position: int, whence: int = os.SEEK_SET) -> None:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: len(self)}[whence]
        super().seek(min(start + position, len(self)))


def read(path: Path) -> Recording:
    """The decoded recording, with its channels apart, as float32 in [-1, 1]: 4 bytes a sample.

    WAV files with a wrong length in the header are read to the end: lengths that streaming writers leave (0, near 2 or
    4 GiB), and lengths smaller than the audio. These are signs of a truncated upload: a header that plausibly promises over
    a second more than there is, the size stated by an RF64, Wave64, AIFF or AU file, an incomplete Ogg page or MP3 frame
    at the end, and a missing end mark in an Ogg file from a writer that always sets it. Not detected are an MP3 file
    without an encoder's header (Xing, Info, VBRI) that was cut exactly between two frames, and Ogg files of other writers.

    Raises AudioError (empty, truncated, damaged, not audio, over two channels, a rate outside 8 to 48 kHz)
    and StorageError (the file cannot be opened).
    """
    with storage_errors(path.parent), _open(path) as sound:
        _check_shape(sound, path)
        return Recording(_decode(sound, path), sound.samplerate, sound.subtype)


def length(path: Path) -> float:
    """Roughly how many seconds a recording lasts, by its header alone; 0 if that does not say. Never raises."""
    with suppress(OSError, soundfile.LibsndfileError), path.open("rb", buffering=0) as file:
        if (header := read_header(file)) and header.byte_rate:
            return header.present / header.byte_rate
        file.seek(0)
        with soundfile.SoundFile(file.fileno(), closefd=False) as sound:
            seconds = float(sound.frames / sound.samplerate)
            return seconds if seconds <= MAX_HOURS * 3600 else 0.0
    return 0.0


def read_blocks(path: Path) -> Iterator[Samples]:
    """The samples of `read`, block by block in order, each of shape (n_channels, n). Raises what `read` raises."""
    with storage_errors(path.parent), _open(path) as sound:
        _check_shape(sound, path)
        yield from _blocks(sound)


@contextmanager
def _open(path: Path) -> Iterator[soundfile.SoundFile]:
    """The file opened by libsndfile, by descriptor: any file name works, and the name does not decide the format."""
    with path.open("rb", buffering=0) as file:  # libsndfile reads from the descriptor's position
        header = read_header(file)
        size = file.seek(0, os.SEEK_END)
        _check_length(header, size, path)
        promised = promised_size(file)
        frames = count_frames(file)
        file.seek(0)
        if (frames and not frames.whole) or lacks_its_end(file):
            raise AudioError(f"The recording {quoted_name(path.name)} is truncated: its end is missing.", _EXPORT_AGAIN)
        file.seek(0)
        try:
            if header is not None and header.too_short:
                with _with_right_length(file.fileno(), header) as view, soundfile.SoundFile(view) as sound:
                    yield sound
            else:
                with soundfile.SoundFile(file.fileno(), closefd=False) as sound:
                    _check_guess(sound, frames, path)
                    _check_whole(sound, size, promised, path)
                    yield sound
        except soundfile.LibsndfileError:
            raise AudioError(f"The file {quoted_name(path.name)} is not audio that can be decoded.", _CONVERT) from None


@contextmanager
def _with_right_length(descriptor: int, header: WaveHeader) -> Iterator[mmap.mmap]:
    """A private view of the file with the right length in the header; the file stays as it is."""
    with _View(descriptor, 0, access=mmap.ACCESS_COPY) as view:
        view[header.size_at : header.size_at + 4] = min(header.present, _LONGEST).to_bytes(4, "little")
        yield view


def _check_length(header: WaveHeader | None, size: int, path: Path) -> None:
    if size == 0:
        raise AudioError(f"The file {quoted_name(path.name)} is empty.", _EXPORT_AGAIN)
    if header is not None and header.truncated:
        seconds = (header.promised - header.present) / max(header.byte_rate, 1)
        message = f"The recording {quoted_name(path.name)} is truncated: its last {seconds:.0f} s are missing."
        raise AudioError(message, _EXPORT_AGAIN)


def _check_whole(sound: soundfile.SoundFile, size: int, promised: int | None, path: Path) -> None:
    """Raise AudioError if over a second is missing from a container that states its size, the same as for RIFF/WAVE."""
    missing = (promised or 0) - size
    seconds = missing * sound.frames / sound.samplerate / size
    if seconds > 1:
        message = f"The recording {quoted_name(path.name)} is truncated: its last {seconds:.0f} s are missing."
        raise AudioError(message, _EXPORT_AGAIN)


def _check_guess(sound: soundfile.SoundFile, frames: Frames | None, path: Path) -> None:
    """Raise AudioError for an MP3 of variable bit rate without a header: libsndfile guesses its length, and stops there."""
    if frames and frames.seconds > sound.frames / sound.samplerate + 1:
        raise AudioError(
            f"The length of the recording {quoted_name(path.name)} cannot be told: it lacks a header.", _CONVERT
        )


def _check_shape(sound: soundfile.SoundFile, path: Path) -> None:
    if sound.channels > MAX_CHANNELS:
        raise AudioError(
            f"The recording {quoted_name(path.name)} has {sound.channels} channels.",
            "Export it with the customer on one channel and the agents on the other, or as mono.",
        )
    if not MIN_SAMPLE_RATE <= sound.samplerate <= MAX_SAMPLE_RATE:
        raise AudioError(
            f"The recording {quoted_name(path.name)} has a sample rate of {sound.samplerate} Hz, outside 8 to 48 kHz.",
            "Convert it: ffmpeg -i INPUT -ar 16000 OUTPUT.wav.",
        )
    if sound.frames > MAX_HOURS * 3600 * sound.samplerate:
        raise AudioError(
            f"The header of {quoted_name(path.name)} claims over {MAX_HOURS} hours of audio.", _EXPORT_AGAIN
        )


def _decode(sound: soundfile.SoundFile, path: Path) -> Samples:
    """All samples, shape (n_channels, n_samples), decoded block by block into one array."""
    promised = sound.frames
    channels = np.empty((sound.channels, promised), dtype=np.float32)
    frames = 0
    for block in _blocks(sound):
        channels[:, frames : frames + block.shape[1]] = block
        frames += block.shape[1]
    if frames == 0:
        raise AudioError(f"The recording {quoted_name(path.name)} holds no audio: its length is zero.", _EXPORT_AGAIN)
    if promised - frames > sound.samplerate:
        seconds = (promised - frames) / sound.samplerate
        message = f"The recording {quoted_name(path.name)} is truncated: its last {seconds:.0f} s are missing."
        raise AudioError(message, _EXPORT_AGAIN)
    return channels[:, :frames]


def _blocks(sound: soundfile.SoundFile) -> Iterator[Samples]:
    """Finite samples to the end of the file, or of what its header promises, of shape (n_channels, n)."""
    left = sound.frames
    block = np.empty((_BLOCK, sound.channels), dtype=np.float32)
    while left and (count := len(sound.read(out=block[:left]))):
        yield np.nan_to_num(block[:count].T, nan=0.0, posinf=1.0, neginf=-1.0)
        left -= count
