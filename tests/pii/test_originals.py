from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from pca_pipeline import audio, intake, warehouse
from pca_pipeline.call import MuteSpan, Recording
from pca_pipeline.errors import SetupError
from pca_pipeline.intake.sealing import make_keys, read_private_key, unseal
from pca_pipeline.pii import check_original, put_by
from pca_pipeline.settings import Settings, load_settings
from tests.factories import mute_copy

RATE = 8000
NAME = MuteSpan(0, 0.5, 0.8, ("PERSON",))
SECRETS = (MuteSpan(0, 1.0, 1.5, ("CVV",)), MuteSpan(1, 2.0, 2.5, ("CREDIT_CARD", "PIN")))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A calls folder with a key to seal to."""
    make_keys(tmp_path / "private.pem", tmp_path / "public.pem")
    now: dict[str, Any] = {"stable_seconds": 0, "record_wait_seconds": 0}
    return load_settings(folder=tmp_path / "calls", intake=now, audio={"seal_to": tmp_path / "public.pem"})


def claimed(settings: Settings, suffix: str = ".wav") -> intake.Claim:
    """One call in work: three seconds of noise on both channels."""
    noise = np.random.default_rng(3).normal(0, 0.1, (2, 3 * RATE)).astype(np.float32)
    settings.inbox_folder.mkdir(parents=True)
    written = audio.write(Recording(noise, RATE, "PCM_16"), settings.inbox_folder / "call.wav", "wav")
    written.rename(settings.inbox_folder / f"555 0142 call{suffix}")
    (found,) = intake.scan(settings).ready
    claim = intake.claim(found, settings)
    assert isinstance(claim, intake.Claim) and claim.audio is not None
    return claim


def finished(claim: intake.Claim, settings: Settings) -> list[str]:
    """Files that are left of the finished call anywhere, by folder and name."""
    intake.finish(claim, settings)
    found = (path.relative_to(settings.folder) for path in settings.folder.rglob("*") if path.is_file())
    return sorted(f"{path.parts[0]}/{path.name}" for path in found if path.name not in ("ledger.sqlite", ".lock"))


def test_by_default_nothing_is_left(settings: Settings) -> None:
    """Destroyed once the call is finished."""
    claim = claimed(settings)
    put_by(claim, (NAME, *SECRETS), "destroy", settings.audio)
    assert finished(claim, settings) == []


def test_a_kept_original_lies_with_the_outputs(settings: Settings) -> None:
    """Byte for byte, under a name that tells nothing; erased with the call."""
    claim = claimed(settings)
    assert claim.audio is not None
    content = claim.audio.read_bytes()
    put_by(claim, (NAME,), "keep", settings.audio)
    assert finished(claim, settings) == ["done/original.wav"]
    (kept,) = settings.done_folder.rglob("original/original.wav")
    assert kept.read_bytes() == content


def test_a_sealed_original_opens_with_the_private_key_alone(settings: Settings, tmp_path: Path) -> None:
    """Under the call's id, and gone when the call is erased."""
    claim = claimed(settings, ".WAV")
    assert claim.audio is not None
    content = claim.audio.read_bytes()
    put_by(claim, (NAME,), "seal", settings.audio)
    assert finished(claim, settings) == [f"sealed/{claim.call_id}.wav.sealed"]
    sealed = settings.sealed_folder / f"{claim.call_id}.wav.sealed"
    unseal(sealed, tmp_path / "back.wav", read_private_key(tmp_path / "private.pem"))
    assert (tmp_path / "back.wav").read_bytes() == content
    duckdb.connect(str(settings.database)).close()  # where there is none, nothing is erased
    assert warehouse.erase(settings, call=claim.call_id).files == 1
    assert not sealed.exists()


def test_a_call_made_anew_keeps_no_older_original(settings: Settings) -> None:
    """Not even where the policy seals none any more."""
    claim = claimed(settings)
    settings.sealed_folder.mkdir()
    (settings.sealed_folder / f"{claim.call_id}.wav.sealed").write_bytes(b"of an earlier run")
    (settings.sealed_folder / "another.wav.sealed").write_bytes(b"of another call")
    put_by(claim, (NAME,), "destroy", settings.audio)
    assert finished(claim, settings) == ["sealed/another.wav.sealed"]


@pytest.mark.parametrize("original", ["keep", "seal"])
def test_codes_and_pins_are_silent_in_what_is_stored(settings: Settings, tmp_path: Path, original: Any) -> None:
    """Overwritten sample by sample; the rest, names too, is as it came in. Not even the sealed copy has them."""
    claim = claimed(settings)
    assert claim.audio is not None
    recording = audio.read(claim.audio)
    put_by(claim, (NAME, *SECRETS), original, settings.audio)
    finished(claim, settings)
    if original == "seal":
        stored = tmp_path / "back.wav"
        unseal(next(settings.sealed_folder.iterdir()), stored, read_private_key(tmp_path / "private.pem"))
    else:
        (stored,) = settings.done_folder.rglob("original.wav")
    assert np.array_equal(audio.read(stored).channels, mute_copy(recording, SECRETS, "silence").channels)
    assert not audio.read(stored).channels[0, RATE : RATE + 4000].any()


@pytest.mark.parametrize("key", [None, "nothing.pem", "private.pem"])
def test_sealing_needs_a_public_key(tmp_path: Path, settings: Settings, key: str | None) -> None:
    """None, no such file, or the private one: told before any call is touched."""
    changed = settings.audio.model_copy(update={"seal_to": tmp_path / key if key else None})
    with pytest.raises(SetupError):
        check_original("seal", changed)
    check_original("destroy", changed)
    check_original("seal", settings.audio)
