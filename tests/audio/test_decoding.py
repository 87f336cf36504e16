from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pca_pipeline import audio
from pca_pipeline.errors import AudioError, StorageError
from tests.audio.wave_files import raw_wav, speech_like, write_wav

SECONDS = 3
SAMPLES = speech_like(SECONDS)
PCM = np.round(SAMPLES.T * 32767).astype("<i2").tobytes()
STEREO_SECOND = 8000 * 4  # bytes


@pytest.mark.parametrize(
    ("subtype", "tolerance"),
    [
        ("PCM_U8", 0.01),
        ("PCM_16", 1e-4),
        ("PCM_24", 1e-6),
        ("PCM_32", 1e-6),
        ("FLOAT", 0),
        ("DOUBLE", 0),
        ("ULAW", 0.02),
        ("ALAW", 0.02),
        ("IMA_ADPCM", 0.4),
        ("MS_ADPCM", 0.4),
    ],
)
def test_every_sample_type_of_wav_is_read(tmp_path: Path, subtype: str, tolerance: float) -> None:
    """Both channels come back apart, as float32, whatever type their samples have."""
    found = audio.read(write_wav(tmp_path / "call.wav", SAMPLES, subtype=subtype))
    assert (found.sample_rate, found.subtype, found.channels.dtype) == (8000, subtype, np.float32)
    assert np.abs(found.channels[:, : SAMPLES.shape[1]] - SAMPLES).max() <= tolerance


def test_gsm_is_read(tmp_path: Path) -> None:
    """GSM 6.10 in WAV, which some recorders write, is read; it is always mono."""
    found = audio.read(write_wav(tmp_path / "call.wav", SAMPLES[:1], subtype="GSM610"))
    assert found.channels.shape[0] == 1
    assert found.duration == pytest.approx(SECONDS, abs=0.1)


@pytest.mark.parametrize("sample_rate", [8000, 11025, 16000, 22050, 44100, 48000])
def test_rates_from_8_to_48_khz_are_read(tmp_path: Path, sample_rate: int) -> None:
    """The rate is kept as it is."""
    samples = speech_like(0.5, sample_rate, channels=1)
    assert audio.read(write_wav(tmp_path / "call.wav", samples, sample_rate)).sample_rate == sample_rate


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(raw_wav(PCM), id="right"),
        pytest.param(raw_wav(PCM, data_size=0, riff_size=0), id="zero"),
        pytest.param(raw_wav(PCM, data_size=0xFFFFFFFF, riff_size=0xFFFFFFFF), id="ffmpeg to a pipe"),
        pytest.param(raw_wav(PCM, data_size=0xFFFFFFFF - 36, riff_size=0xFFFFFFFF), id="4 GiB less the header"),
        pytest.param(raw_wav(PCM, data_size=0x7FFFF000, riff_size=0x7FFFF024), id="sox to a pipe"),
        pytest.param(raw_wav(PCM, data_size=STEREO_SECOND, riff_size=36 + STEREO_SECOND), id="stopped counting"),
        pytest.param(raw_wav(PCM, data_size=len(PCM) + 400), id="a few samples missing"),
        pytest.param(raw_wav(PCM, after=b"LIST\x04\x00\x00\x00INFO"), id="a chunk after the samples"),
        pytest.param(raw_wav(PCM, before=b"JUNK\x04\x00\x00\x00\0\0\0\0"), id="a chunk before the samples"),
        pytest.param(raw_wav(PCM, after=b"\0" * 200), id="a little padding"),
        pytest.param(raw_wav(PCM, riff_size=4), id="wrong outer length"),
        pytest.param(raw_wav(PCM, data_size=2, riff_size=38), id="two bytes"),
    ],
)
def test_wrong_header_lengths_are_read(tmp_path: Path, content: bytes) -> None:
    """Whatever lengths a writer left in the header, all of the audio is read, and nothing else."""
    path = tmp_path / "call.wav"
    path.write_bytes(content)
    found = audio.read(path)
    assert found.channels.shape == SAMPLES.shape
    assert np.abs(found.channels - SAMPLES).max() < 1e-4
    assert path.read_bytes() == content


BAD = {
    "empty": b"",
    "header only": raw_wav(b""),
    "zero duration, streamed": raw_wav(b"", data_size=0xFFFFFFFF),
    "truncated": raw_wav(PCM[:-STEREO_SECOND], data_size=len(PCM) + STEREO_SECOND),
    "header cut": raw_wav(PCM)[:30],
    "text": b"this is not audio at all, just words in a file\n" * 50,
    "json": b'{"conversationId": "x"}',
    "5 channels": raw_wav(PCM, channels=5),
    "4 kHz": raw_wav(PCM, sample_rate=4000),
    "96 kHz": raw_wav(PCM, sample_rate=96_000),
    "zeros": bytes(4096),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_bad_audio_is_an_error_with_a_way_out(tmp_path: Path, content: bytes) -> None:
    """The error names the file and says what to do; a broken file never passes as a shorter recording."""
    path = tmp_path / "bad call.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError) as caught:
        audio.read(path)
    assert "bad call.wav" in caught.value.message
    assert caught.value.hint


def test_truncation_says_how_much_is_missing(tmp_path: Path) -> None:
    """A person can judge whether the upload broke off."""
    path = tmp_path / "call.wav"
    path.write_bytes(raw_wav(PCM[:STEREO_SECOND], data_size=len(PCM)))
    with pytest.raises(AudioError, match="its last 2 s are missing"):
        audio.read(path)


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
@pytest.mark.parametrize(
    ("suffix", "subtype"), [("flac", "PCM_16"), ("ogg", "VORBIS"), ("ogg", "OPUS"), ("mp3", "MPEG_LAYER_III")]
)
def test_truncation_shows_in_other_formats_too(tmp_path: Path, suffix: str, subtype: str, share: float) -> None:
    """By the length in a header, or by an incomplete last page; complete files are read."""
    path = tmp_path / f"call.{suffix}"
    soundfile.write(path, speech_like(30).T, 8000, subtype=subtype)
    assert audio.read(path).duration == pytest.approx(30, abs=0.2)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(AudioError):
        audio.read(path)


@pytest.mark.parametrize("cut", [4, 20, 27, 40])
def test_an_ogg_page_is_whole_or_the_file_is_not(tmp_path: Path, cut: int) -> None:
    """Cut within the header of its last page, its table or its content; anything after the last page does no harm."""
    path = tmp_path / "call.ogg"
    soundfile.write(path, speech_like(5).T, 8000)
    whole = path.read_bytes()
    path.write_bytes(whole + b"tag")
    assert audio.read(path).duration == pytest.approx(5, abs=0.2)
    path.write_bytes(whole[: whole.rindex(b"OggS") + cut])
    with pytest.raises(AudioError, match="truncated"):
        audio.read(path)


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_an_ogg_file_cut_between_pages(tmp_path: Path, subtype: str) -> None:
    """The writer marks the end of every stream, and the mark is missing. With other writers it would mean nothing."""
    path = tmp_path / "call.ogg"
    soundfile.write(path, speech_like(20).T, 8000, subtype=subtype)
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rindex(b"OggS")])
    if b"libsndfile" in whole:
        with pytest.raises(AudioError, match="truncated"):
            audio.read(path)
    else:
        assert 15 < audio.read(path).duration < 20


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg writes the file")
@pytest.mark.parametrize("codec", ["libvorbis", "libopus"])
def test_an_ogg_file_of_ffmpeg_cut_between_pages(tmp_path: Path, codec: str) -> None:
    """Complete, it is read, though it was written into a pipe; without its last page it is truncated."""
    source, path = write_wav(tmp_path / "source.wav", speech_like(20)), tmp_path / "call.ogg"
    command = ["ffmpeg", "-loglevel", "error", "-i", source, "-c:a", codec, "-f", "ogg", "-"]
    whole = subprocess.run(command, capture_output=True, check=True).stdout
    path.write_bytes(whole)
    assert audio.read(path).duration == pytest.approx(20, abs=0.2)
    path.write_bytes(whole[: whole.rindex(b"OggS")])
    with pytest.raises(AudioError, match="truncated"):
        audio.read(path)


def _mp3(path: Path, *options: str) -> Path:
    """An MP3 without an encoder's header, as streaming recorders leave it."""
    source = write_wav(path.with_suffix(".wav"), speech_like(30))
    command = ["ffmpeg", "-loglevel", "error", "-i", source, "-write_xing", "0", *options, path]
    subprocess.run(command, check=True)
    return path


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg writes the MP3")
@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_an_mp3_without_a_header_is_cut_if_its_last_frame_is(tmp_path: Path, share: float) -> None:
    """A file of complete frames is complete; tags around them do no harm."""
    path = _mp3(tmp_path / "call.mp3", "-b:a", "32k")
    whole = path.read_bytes()
    path.write_bytes(whole + b"TAG" + bytes(125))
    assert audio.read(path).duration == pytest.approx(30, abs=0.3)
    path.write_bytes(whole[: int(len(whole) * share) // 72 * 72 + 50])
    with pytest.raises(AudioError, match="truncated"):
        audio.read(path)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg writes the MP3")
def test_an_mp3_whose_length_is_guessed_too_short_is_refused(tmp_path: Path) -> None:
    """With a variable bit rate and no header, the decoder would drop its end: it has to be converted."""
    with pytest.raises(AudioError, match="cannot be told") as caught:
        audio.read(_mp3(tmp_path / "call.mp3", "-q:a", "4"))
    assert "ffmpeg" in caught.value.hint


@pytest.mark.parametrize("suffix", ["flac", "ogg", "mp3", "aiff", "au"])
def test_other_formats_are_read_under_any_name(tmp_path: Path, suffix: str) -> None:
    """The content decides, not the name: an MP3 called .wav is a recording like any other."""
    original = tmp_path / f"call.{suffix}"
    soundfile.write(original, SAMPLES.T, 8000)
    for path in (original, original.rename(tmp_path / "call.wav")):
        if path.exists():
            found = audio.read(path)
            assert found.channels.shape[0] == 2
            assert found.duration == pytest.approx(SECONDS, abs=0.2)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg writes the streamed file")
def test_a_stream_from_ffmpeg_is_read(tmp_path: Path) -> None:
    """A file that ffmpeg wrote into a pipe, with lengths it could not know."""
    source = write_wav(tmp_path / "source.wav", SAMPLES)
    command = ["ffmpeg", "-loglevel", "error", "-i", source, "-f", "wav", "-"]
    path = tmp_path / "streamed.wav"
    path.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
    assert audio.read(path).channels.shape == SAMPLES.shape


@pytest.mark.parametrize(
    "name",
    [
        "a b.wav",
        'it\'s "quoted".wav',
        "two\nlines.wav",
        "通話記録.wav",
        "رسالة.wav",
        "-dash.wav",
        b"\xff\xfe.wav",
    ],
)
def test_any_file_name_is_read(tmp_path: Path, name: str | bytes) -> None:
    """Spaces, quotes, newlines, other scripts, bytes that are not text."""
    path = tmp_path / (os.fsdecode(name) if isinstance(name, bytes) else name)
    path.write_bytes(raw_wav(PCM))
    assert audio.read(path).duration == SECONDS


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_blocks_are_the_samples_of_the_whole(tmp_path: Path, suffix: str) -> None:
    """In every format, reading in blocks gives the same as reading at once: muting is verified by it."""
    path = tmp_path / f"call.{suffix}"
    soundfile.write(path, speech_like(20).T, 8000)
    blocks = list(audio.read_blocks(path))
    assert len(blocks) > 1
    assert np.array_equal(np.concatenate(blocks, axis=1), audio.read(path).channels)


def test_non_finite_samples_become_finite(tmp_path: Path) -> None:
    """One NaN in a float file would spoil every computation after it."""
    samples = speech_like(0.1)
    samples[0, :3] = [np.nan, np.inf, -np.inf]
    found = audio.read(write_wav(tmp_path / "call.wav", samples, subtype="FLOAT"))
    assert found.channels[0, :3].tolist() == [0.0, 1.0, -1.0]


def test_a_missing_file_is_a_storage_error(tmp_path: Path) -> None:
    """A file that vanished may come back: retryable, and no file name in the message."""
    with pytest.raises(StorageError) as caught:
        audio.read(tmp_path / "5550100.wav")
    assert "5550100" not in str(caught.value)


def test_hours_of_audio_are_held_once(tmp_path: Path) -> None:
    """Four hours of stereo take their float32 size and little more (here: half an hour, measured)."""
    path = tmp_path / "long.wav"
    count = 1800 * 8000
    header = struct.pack("<4sIHHIIHH", b"fmt ", 16, 7, 2, 8000, 16000, 2, 8)
    with path.open("wb") as file:
        file.write(struct.pack("<4sI4s", b"RIFF", 36 + 2 * count, b"WAVE") + header)
        file.write(struct.pack("<4sI", b"data", 2 * count))
        file.truncate(44 + 2 * count)
    script = (
        "import resource, sys, pathlib; from pca_pipeline import audio\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "found = audio.read(pathlib.Path(sys.argv[1]))\n"
        "print(found.duration, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    duration, grown_kib = done.stdout.split()
    assert float(duration) == 1800
    assert int(grown_kib) * 1024 < 1.15 * (2 * count * 4)


@pytest.mark.parametrize(("container", "suffix"), [("RF64", "rf64"), ("W64", "w64"), ("AIFF", "aiff"), ("AU", "au")])
def test_other_containers_tell_their_size_too(tmp_path: Path, container: str, suffix: str) -> None:
    """Complete, they are read; without their last two seconds they are refused, like a RIFF/WAVE file."""
    path = tmp_path / f"call.{suffix}"
    soundfile.write(path, SAMPLES.T, 8000, format=container, subtype="PCM_16")
    assert audio.read(path).duration == pytest.approx(SECONDS)
    path.write_bytes(path.read_bytes()[: -2 * STEREO_SECOND])
    with pytest.raises(AudioError, match="its last 2 s are missing"):
        audio.read(path)


def test_a_size_that_its_writer_never_knew_is_none(tmp_path: Path) -> None:
    """An AU stream has the largest size."""
    path = tmp_path / "call.au"
    soundfile.write(path, SAMPLES.T, 8000, format="AU", subtype="PCM_16")
    content = path.read_bytes()
    path.write_bytes(content[:8] + b"\xff\xff\xff\xff" + content[12:])
    assert audio.read(path).duration == pytest.approx(SECONDS)
