"""Writing redacted recordings: WAV in the source's own sample type, other formats through ffmpeg."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from threading import Lock

import numpy as np
import numpy.typing as npt
import soundfile

from pca_pipeline.call import Recording
from pca_pipeline.errors import SetupError, StorageError
from pca_pipeline.intake.files import storage_errors, sync

_BLOCK = 65_536  # frames encoded at a time
# Sample types whose values outside the muted spans are stored exactly. ADPCM, GSM and compressed sources would lose
# quality a second time, and smear the edges of spans: they become 16-bit PCM, which holds what was decoded.
_BYTES_PER_SAMPLE = {
    "PCM_U8": 1,
    "ULAW": 1,
    "ALAW": 1,
    "PCM_16": 2,
    "PCM_24": 3,
    "PCM_32": 4,
    "FLOAT": 4,
    "DOUBLE": 8,
}
_FFMPEG_NAMES = {"m4a": "ipod", "aac": "adts"}  # ffmpeg's own names for formats

_ENCODING = Lock()  # pydub's folder for temporary files is one for the whole process


def write(recording: Recording, path: Path, output_format: str) -> Path:
    """Write the recording beside `path`, with the format as suffix, and return that path.

    The file appears whole or not at all, readable by its owner only, without any metadata of the source.
    Raises SetupError (no ffmpeg, or a format that it cannot write) and StorageError (full or unwritable
    folder).
    """
    check_format(output_format)
    target = path.with_suffix(f".{output_format}")
    temporary = target.with_name(f".{target.name}.tmp")
    with storage_errors(target.parent):
        try:
            if output_format == "wav":
                _encode_wav(recording, temporary)
            else:
                _encode_with_ffmpeg(recording, temporary, output_format)
            temporary.chmod(0o600)
            sync(temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    return target


def check_format(output_format: str) -> None:
    """Raise SetupError if that format needs ffmpeg and it is not installed."""
    if output_format != "wav" and shutil.which("ffmpeg") is None:
        raise SetupError(
            f"Redacted audio cannot be written as {output_format!r}: ffmpeg is not installed.",
            'Install ffmpeg, or set audio.output_format = "wav".',
        )


def _encode_wav(recording: Recording, path: Path) -> None:
    """Write through libsndfile by descriptor. Raises StorageError unless everything was written."""
    subtype = recording.subtype if recording.subtype in _BYTES_PER_SAMPLE else "PCM_16"
    count, frames = recording.channels.shape
    with path.open("w+b") as file:
        try:
            with soundfile.SoundFile(
                file.fileno(), "w", recording.sample_rate, count, subtype, format="WAV", closefd=False
            ) as sound:
                for block in _blocks(recording, subtype):
                    sound.write(block)
        except (soundfile.LibsndfileError, AssertionError):  # soundfile asserts that all frames were written
            raise _not_written(path) from None
        if os.fstat(file.fileno()).st_size < frames * count * _BYTES_PER_SAMPLE[subtype]:
            raise _not_written(path)


def _blocks(recording: Recording, subtype: str) -> Iterator[npt.NDArray[np.generic]]:
    """Blocks of shape (n, n_channels), as integers or floats that libsndfile stores without rounding again.

    libsndfile reads 16 bits as n / 32768 and writes floats as n · 32767, which changes most values by one step; integers
    stay as they are.
    """
    for start in range(0, recording.channels.shape[1], _BLOCK):
        block = recording.channels[:, start : start + _BLOCK].T
        if subtype in ("FLOAT", "DOUBLE"):
            yield np.ascontiguousarray(block)
        elif subtype in ("PCM_24", "PCM_32"):
            yield np.clip(np.rint(block * np.float64(2**31)), -(2**31), 2**31 - 1).astype(np.int32)
        else:
            yield np.clip(np.rint(block * np.float32(2**15)), -(2**15), 2**15 - 1).astype(np.int16)


def _encode_with_ffmpeg(recording: Recording, path: Path, output_format: str) -> None:
    # Imported here, since pydub warns at import if ffmpeg is missing, and only this needs it.
    from pydub import AudioSegment
    from pydub.exceptions import CouldntEncodeError

    data = b"".join(block.tobytes() for block in _blocks(recording, "PCM_16"))
    segment = AudioSegment(data, sample_width=2, frame_rate=recording.sample_rate, channels=recording.channels.shape[0])
    try:
        with _temporary_files_in(path.parent):
            segment.export(
                path,
                format=_FFMPEG_NAMES.get(output_format, output_format),
                parameters=["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"],
            ).close()
    except CouldntEncodeError:  # its text holds ffmpeg's whole log
        raise SetupError(
            f"ffmpeg could not write audio of {recording.sample_rate} Hz as {output_format!r}.",
            'Set audio.output_format to one it can write, such as "wav", "flac", "mp3" or "ogg".',
        ) from None


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """Have pydub make its temporary files, which hold the call, where they are removed: it leaves them if ffmpeg fails."""
    from pydub import audio_segment

    with _ENCODING, TemporaryDirectory(prefix=".", dir=folder) as own:
        audio_segment.NamedTemporaryFile = partial(NamedTemporaryFile, dir=own)
        try:
            yield
        finally:  # anything else that uses pydub in this process finds it as it was
            audio_segment.NamedTemporaryFile = NamedTemporaryFile


def _not_written(path: Path) -> StorageError:
    return StorageError(
        f"Audio could not be written whole into {path.parent}: the disk may be full.",
        "Free space or raise the quota; the call is tried again by itself.",
    )
