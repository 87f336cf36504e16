"""Reading a recording: whatever libsndfile decodes, and WAV files whose headers state a wrong length."""

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
_BLOCK = 65_536  # frames decoded at a time: one copy of the recording is held, and no more

_CONVERT = "If another program can play it, convert it (ffmpeg -i INPUT OUTPUT.wav) and drop the result."
_EXPORT_AGAIN = "Export the recording again and drop the new file."


class _View(mmap.mmap):
    """A mapped file in which seeking past the end ends there: libsndfile looks for chunks after the samples."""

    def seek(self, position: int, whence: int = os.SEEK_SET) -> None:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: len(self)}[whence]
        super().seek(min(start + position, len(self)))


def read(path: Path) -> Recording:
    """The decoded recording, both channels apart, as float32 in [-1, 1]: 4 bytes a sample.

    WAV headers with a wrong length are read to the end of the file: lengths that streaming writers leave (0,
    near 2 or 4 GiB), and lengths smaller than the audio. A header that plausibly promises over a second more
    than is there marks a truncated upload; so do the size that an RF64, Wave64, AIFF or AU file tells, an Ogg page or an
    MP3 frame that the file ends in, and an Ogg file without a mark of its end from a writer that always
    sets it. An MP3 without the header of an encoder (Xing, Info,
    VBRI) that was cut exactly between two frames does not show it; nor does an Ogg file of another writer.

    Raises AudioError (empty, truncated, damaged, not audio, over two channels, a rate outside 8 to 48 kHz)
    and StorageError (the file cannot be opened).
    """
    with storage_errors(path.parent), _open(path) as sound:
        _check_shape(sound, path)
        return Recording(_decode(sound, path), sound.samplerate, sound.subtype)


def length(path: Path) -> float:
    """About how many seconds a recording has, by its header alone; 0 where that does not tell. Never raises."""
    with suppress(OSError, soundfile.LibsndfileError), path.open("rb", buffering=0) as file:
        if (header := read_header(file)) and header.byte_rate:
            return header.present / header.byte_rate
        file.seek(0)
        with soundfile.SoundFile(file.fileno(), closefd=False) as sound:
            seconds = float(sound.frames / sound.samplerate)
            return seconds if seconds <= MAX_HOURS * 3600 else 0.0
    return 0.0


def read_blocks(path: Path) -> Iterator[Samples]:
    """The samples of `read`, block by block in order, each of shape (n_channels, n). Raises as it does."""
    with storage_errors(path.parent), _open(path) as sound:
        _check_shape(sound, path)
        yield from _blocks(sound)


@contextmanager
def _open(path: Path) -> Iterator[soundfile.SoundFile]:
    """The file opened by libsndfile, by descriptor: any file name works, and none decides the format."""
    with path.open("rb", buffering=0) as file:  # libsndfile reads on where the descriptor stands
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
    """A private view of the file in which the header has the right length; the file stays as it is."""
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
    """Of a container that tells its own size, as many seconds may be missing as of RIFF/WAVE: one."""
    missing = (promised or 0) - size
    seconds = missing * sound.frames / sound.samplerate / size
    if seconds > 1:
        message = f"The recording {quoted_name(path.name)} is truncated: its last {seconds:.0f} s are missing."
        raise AudioError(message, _EXPORT_AGAIN)


def _check_guess(sound: soundfile.SoundFile, frames: Frames | None, path: Path) -> None:
    """Of an MP3 of variable bit rate without a header the length is guessed, and no more than that is decoded."""
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
    """Finite samples to the end of the file or of what its header promises, shape (n_channels, n)."""
    left = sound.frames
    block = np.empty((_BLOCK, sound.channels), dtype=np.float32)
    while left and (count := len(sound.read(out=block[:left]))):
        yield np.nan_to_num(block[:count].T, nan=0.0, posinf=1.0, neginf=-1.0)
        left -= count
