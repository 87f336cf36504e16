from __future__ import annotations

import numpy as np
import pytest

from pca_pipeline.audio import key_presses
from pca_pipeline.call import Recording
from sample_calls import telephone

RATE = 8000
ALL = "1234567890*#"


def on_the_line(sound: np.ndarray, noise_db: float, seed: int = 0) -> Recording:
    """A sound with line noise around it, through the codec of the telephone network."""
    padded = np.pad(sound, 400 + seed * 13)
    noise = telephone.noise(len(padded), noise_db, "line", np.random.default_rng(seed))
    return Recording(telephone.mu_law(padded + noise)[None], RATE, "ULAW")


def keys(recording: Recording) -> str:
    """The keys heard, in order."""
    return "".join(press.key for press in key_presses(recording))


@pytest.mark.parametrize("level", [-10.0, -25.0, -40.0])
@pytest.mark.parametrize("tone", [0.04, 0.07, 0.3])
@pytest.mark.parametrize("signal_to_noise", [30.0, 12.0])
def test_every_key_is_heard(level: float, tone: float, signal_to_noise: float) -> None:
    """Loud or faint, from the 40 ms that Q.24 requires, over noise; each once, for about as long as it is pressed."""
    sound = telephone.dtmf(ALL, level, tone, gap=0.05)
    found = key_presses(on_the_line(sound, level - signal_to_noise, seed=round(-level)))
    assert "".join(press.key for press in found) == ALL
    assert all(press.end - press.start == pytest.approx(tone, abs=0.03) for press in found)


def test_an_offset_hides_no_key() -> None:
    """Analog recorders add one; it has more power here than the keys."""
    line = on_the_line(telephone.dtmf(ALL, -25.0, 0.07, gap=0.05), -60.0)
    assert keys(Recording(line.channels + np.float32(0.1), RATE, "PCM_16")) == ALL


@pytest.mark.parametrize(("column_over_row", "heard"), [(-8.0, True), (4.0, True), (-16.0, False), (14.0, False)])
def test_twist_is_bounded(column_over_row: float, heard: bool) -> None:
    """Rows up to 8 dB above columns and columns up to 4 dB above rows are a key; far more is something else."""
    time = np.arange(800) / RATE
    ratio = 10 ** (column_over_row / 20)
    sound = 0.05 * (np.sin(2 * np.pi * 770 * time) + ratio * np.sin(2 * np.pi * 1336 * time))
    assert keys(on_the_line(sound.astype(np.float32), -60)) == ("5" if heard else "")


def test_a_tone_below_20_ms_is_no_key() -> None:
    """Q.24: shorter than that it is noise."""
    assert keys(on_the_line(telephone.dtmf("5", tone=0.018), -60)) == ""


def test_other_sounds_of_a_call_are_no_keys() -> None:
    """Ringing, the beep of a mailbox, hold music, noise of all kinds, at any rate."""
    rng = np.random.default_rng(3)
    sounds = [telephone.ringing(8), telephone.beep(1), telephone.band(telephone.music(60, rng))]
    sounds += [telephone.noise(20 * RATE, -30, kind, rng) for kind in ("line", "hum", "room", "static")]
    assert [keys(on_the_line(sound, -60)) for sound in sounds] == [""] * len(sounds)


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 44100])
def test_any_rate_and_either_channel(rate: int) -> None:
    """The channel and the times are those of the tone."""
    time = np.arange(round(0.2 * rate)) / rate
    channels = np.zeros((2, rate), np.float32)
    channels[1, rate // 2 : rate // 2 + time.size] = 0.1 * np.sin(2 * np.pi * 697 * time) + 0.1 * np.sin(
        2 * np.pi * 1477 * time
    )
    (press,) = key_presses(Recording(channels, rate, "PCM_16"))
    assert (press.key, press.channel) == ("3", 1)
    assert (press.start, press.end) == (pytest.approx(0.5, abs=0.02), pytest.approx(0.7, abs=0.02))
    assert "3" not in repr(press).partition("channel")[0]


def test_a_recording_shorter_than_a_frame_has_no_keys() -> None:
    """Nothing to look at."""
    assert key_presses(Recording(np.ones((1, 50), np.float32), RATE, "PCM_16")) == ()
