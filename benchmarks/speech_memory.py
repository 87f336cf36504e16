"""Peak memory of a long stereo recording, compared with what a short one needs: interpreter, libraries, model.

    python -m benchmarks.speech_memory [--hours 4]

A sample call, repeated to that length, is transcribed with the demo's model. Of the difference, the recording itself takes
230 MB an hour (two channels, 8 kHz, float32).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter

import numpy as np

from pca_pipeline import audio
from pca_pipeline.call import Recording
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech import load_engine, transcribe

SAMPLES = Path(__file__).parent.parent / "sample_calls"


def repeated(recording: Recording, hours: float) -> Recording:
    """The recording over and over."""
    length = round(hours * 3600 * recording.sample_rate)
    channels = np.empty((len(recording.channels), length), dtype=np.float32)
    for first in range(0, length, recording.channels.shape[1]):
        part = channels[:, first : first + recording.channels.shape[1]]
        part[:] = recording.channels[:, : part.shape[1]]
    return Recording(channels, recording.sample_rate, recording.subtype)


def megabytes(field: str) -> float:
    """VmRSS (now) or VmHWM (peak) of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith(field))


def main() -> None:
    """Print what a short recording leaves, and the peak of the long one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=4.0)
    hours = parser.parse_args().hours
    settings = SpeechSettings(model=str(SAMPLES / "demo-whisper.pt"))
    engine = load_engine(settings)
    call = audio.read(SAMPLES / "calls/billing-late-fee.wav")
    transcribe(call, engine, settings)
    before = megabytes("VmRSS")
    long = repeated(call, hours)
    started = perf_counter()
    words = len(transcribe(long, engine, settings).words)
    print(f"{hours:g} hours, {words} words in {perf_counter() - started:.0f} s")
    print(
        f"after a short call {before:.0f} MB, peak {megabytes('VmHWM'):.0f} MB: {megabytes('VmHWM') - before:.0f} more"
    )


if __name__ == "__main__":
    main()
