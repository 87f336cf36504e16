from __future__ import annotations

import io
import os
import resource
import shutil
import signal
import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pca_pipeline import audio
from pca_pipeline.call import MuteSpan, Recording
from pca_pipeline.errors import SetupError, StorageError
from tests.audio.wave_files import recording, speech_like, write_wav
from tests.factories import mute_copy

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")


def every_value(subtype: str) -> np.ndarray:
    """All sample values of a type, decoded by libsndfile; for wide types, a random choice."""
    count, width = {"PCM_16": (65536, 2), "PCM_24": (50_000, 3)}.get(subtype, (256, 1))
    values = np.arange(count * width) if width == 1 else np.random.default_rng(3).integers(0, 256, count * width)
    raw = np.arange(65536, dtype="<u2") if subtype == "PCM_16" else values.astype(np.uint8)
    found, _ = soundfile.read(
        io.BytesIO(raw.tobytes()), dtype="float32", format="RAW", subtype=subtype, samplerate=8000, channels=1
    )
    return found


@pytest.mark.parametrize("subtype", ["ULAW", "ALAW", "PCM_U8", "PCM_16", "PCM_24"])
def test_every_sample_value_survives(tmp_path: Path, subtype: str) -> None:
    """What was not muted decodes to exactly the same values: nothing is rounded a second time."""
    values = every_value(subtype)
    written = audio.write(Recording(values[np.newaxis], 8000, subtype), tmp_path / "call.wav", "wav")
    found = audio.read(written)
    assert found.subtype == subtype
    assert np.array_equal(found.channels[0], values)


@pytest.mark.parametrize("fill", ["silence", "tone"])
@pytest.mark.parametrize("subtype", ["ULAW", "ALAW", "PCM_16", "FLOAT", "DOUBLE"])
def test_muted_files_differ_within_their_spans_only(tmp_path: Path, subtype: str, fill: audio.Fill) -> None:
    """Compared sample by sample, the span is gone and the rest is unchanged."""
    source = audio.read(write_wav(tmp_path / "source.wav", speech_like(2), subtype=subtype))
    muted = mute_copy(source, [MuteSpan(1, 0.5, 1.0, ("US_SSN",))], fill)
    found = audio.read(audio.write(muted, tmp_path / "redacted.wav", "wav"))
    assert np.array_equal(found.channels[0], source.channels[0])
    assert np.array_equal(found.channels[1, :4000], source.channels[1, :4000])
    assert np.array_equal(found.channels[1, 8000:], source.channels[1, 8000:])
    if fill == "silence":
        assert np.abs(found.channels[1, 4000:8000]).max() <= 8 / 32768  # A-law has no zero
    elif subtype == "PCM_16":
        assert np.abs(found.channels[1, 4000:8000] - muted.channels[1, 4000:8000]).max() < 1e-4


@pytest.mark.parametrize("subtype", ["IMA_ADPCM", "GSM610", "MPEG_LAYER_III", "VORBIS", "PCM_S8"])
def test_other_types_become_16_bit(tmp_path: Path, subtype: str) -> None:
    """Types that would smear or lose quality again are written as 16-bit PCM."""
    found = audio.read(audio.write(recording(0.5, subtype=subtype), tmp_path / "call.wav", "wav"))
    assert found.subtype == "PCM_16"


def test_no_metadata_of_the_source_is_written(tmp_path: Path) -> None:
    """Titles and comments of the source may name the caller: the new file has only format and samples."""
    with soundfile.SoundFile(tmp_path / "source.wav", "w", 8000, 2, "PCM_16") as file:
        file.title = "Call of Jane Roe"
        file.write(speech_like(0.5).T)
    assert b"Jane Roe" in (tmp_path / "source.wav").read_bytes()
    written = audio.write(audio.read(tmp_path / "source.wav"), tmp_path / "redacted.wav", "wav")
    assert b"Jane Roe" not in written.read_bytes()
    assert written.stat().st_size == 44 + 4 * 4000


def test_the_file_is_private_and_alone(tmp_path: Path) -> None:
    """Only its owner reads it, and no temporary file stays beside it."""
    written = audio.write(recording(0.5), tmp_path / "call.any", "wav")
    assert written == tmp_path / "call.wav"
    assert written.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [written]


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """Identical results at any time: no date, no version in the file."""
    first, second = (audio.write(recording(0.5), tmp_path / name, "wav") for name in ("a.wav", "b.wav"))
    assert first.read_bytes() == second.read_bytes()


@needs_ffmpeg
@pytest.mark.parametrize("output_format", ["mp3", "ogg", "flac", "m4a"])
def test_other_formats_keep_length_and_channels(tmp_path: Path, output_format: str) -> None:
    """pydub writes what the user sets; the tone and the channels are still there."""
    source = mute_copy(recording(2.0), [MuteSpan(0, 0.5, 1.5, ())], "silence")
    written = audio.write(source, tmp_path / "call.wav", output_format)
    assert written.suffix == f".{output_format}"
    assert list(tmp_path.iterdir()) == [written]
    if output_format != "m4a":  # libsndfile does not read AAC
        found = audio.read(written)
        assert (found.channels.shape[0], found.sample_rate) == (2, 8000)
        assert found.duration == pytest.approx(2.0, abs=0.15)
        quiet, loud = (audio.loudness_dbfs(found.channels[i, 6000:10000]) for i in (0, 1))
        assert loud is not None
        assert quiet is None or quiet < loud - 20


@needs_ffmpeg
def test_a_format_that_ffmpeg_does_not_know(tmp_path: Path) -> None:
    """The error says so and lists formats that work; nothing is left behind."""
    with pytest.raises(SetupError, match="output_format"):
        audio.write(recording(0.5), tmp_path / "call", "nonsense")
    assert list(tmp_path.iterdir()) == []


def test_an_ffmpeg_that_fails_leaves_no_audio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither next to the call nor in the folder for temporary files."""
    for name in ("bin", "tmp", "call"):
        (tmp_path / name).mkdir()
    (tmp_path / "bin/ffmpeg").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bin/ffmpeg").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    with pytest.raises(SetupError):
        audio.write(recording(0.5), tmp_path / "call/redacted", "opus")
    assert [path for name in ("tmp", "call") for path in (tmp_path / name).iterdir()] == []
    from pydub import audio_segment

    assert (
        audio_segment.NamedTemporaryFile is tempfile.NamedTemporaryFile
    )  # none that writes into the folder that is gone


def test_ffmpeg_missing_is_a_setup_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way out: install it, or write WAV."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="Install ffmpeg"):
        audio.write(recording(0.5), tmp_path / "call", "mp3")


def test_a_missing_folder_is_a_storage_error(tmp_path: Path) -> None:
    """Named by folder, not by file."""
    with pytest.raises(StorageError, match="nowhere"):
        audio.write(recording(0.5), tmp_path / "nowhere" / "call", "wav")


@pytest.mark.parametrize("output_format", ["wav", pytest.param("flac", marks=needs_ffmpeg)])
def test_a_full_disk_is_a_storage_error(tmp_path: Path, output_format: str) -> None:
    """What does not fit is an error, never a short file (simulated by a limit on file size)."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        try:
            audio.write(recording(5.0), tmp_path / "call", output_format)
        except StorageError:
            os._exit(0)
        except BaseException:
            os._exit(1)
        os._exit(2)
    _, code = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(code) == 0
    assert list(tmp_path.iterdir()) == []
