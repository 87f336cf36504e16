from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from drops import claim_only, drop, files_in, settings_for

from pca_pipeline import intake
from pca_pipeline.errors import AudioError, SetupError
from pca_pipeline.intake import sealing
from pca_pipeline.intake.sealing import CHUNK, make_keys, read_private_key, read_public_key, seal, unseal

CONTENT = b"raw speech " * 20


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    """Private and public key, written."""
    pair = tmp_path / "k.private.pem", tmp_path / "k.public.pem"
    make_keys(*pair)
    return pair


def sealed_file(tmp_path: Path, keys: tuple[Path, Path], content: bytes = CONTENT) -> Path:
    """A sealed file with that content."""
    (tmp_path / "plain").write_bytes(content)
    seal(tmp_path / "plain", tmp_path / "x.wav.sealed", read_public_key(keys[1]))
    return tmp_path / "x.wav.sealed"


@pytest.mark.parametrize("size", [0, 1, 999, 1000, 1001, 2000, 3500])
def test_what_is_sealed_comes_back_whole(
    tmp_path: Path, keys: tuple[Path, Path], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Around whole chunks too; nothing of it is readable in the sealed file, and only the owner may read either."""
    monkeypatch.setattr(sealing, "CHUNK", 1000)
    content = (CONTENT * 20)[:size]
    sealed = sealed_file(tmp_path, keys, content)
    assert b"speech" not in sealed.read_bytes()
    unseal(sealed, tmp_path / "back", read_private_key(keys[0]))
    assert (tmp_path / "back").read_bytes() == content
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (sealed, tmp_path / "back", *keys)}
    assert modes == {0o600}


def test_a_chunk_is_a_mebibyte() -> None:
    """A day of audio needs no more memory than a minute, and the format does not change unnoticed."""
    assert CHUNK == 1 << 20


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[: 77 + 1016],
        lambda whole: whole[: 77 + 2 * 1016],
        lambda whole: whole[:77],
        lambda whole: whole + b"x",
        lambda whole: whole[:77] + whole[77 + 1016 : 77 + 2 * 1016] + whole[77 : 77 + 1016] + whole[77 + 2 * 1016 :],
        lambda whole: whole[:500] + bytes([whole[500] ^ 1]) + whole[501:],
        lambda whole: whole[:60] + bytes([whole[60] ^ 1]) + whole[61:],
        lambda whole: whole[:40],
        lambda _: b"RIFF" * 100,
    ],
    ids=["cut", "1 chunk", "2 chunks", "no chunk", "longer", "swapped", "flipped", "other key", "header", "WAV"],
)
def test_damage_is_noticed(
    tmp_path: Path, keys: tuple[Path, Path], damage: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut, also between chunks; reordered, changed, or something else: refused, and nothing is left behind."""
    monkeypatch.setattr(sealing, "CHUNK", 1000)
    sealed = sealed_file(tmp_path, keys, (CONTENT * 20)[:2500])
    sealed.write_bytes(damage(sealed.read_bytes()))  # type: ignore[operator]
    before = sorted(tmp_path.iterdir())
    with pytest.raises(AudioError):
        unseal(sealed, tmp_path / "back", read_private_key(keys[0]))
    assert sorted(tmp_path.iterdir()) == before


def test_a_sealed_file_is_of_the_call_in_its_name(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    """Put in the place of another call's, it does not open; under its own name it does, whatever its ending."""
    sealed = sealed_file(tmp_path, keys)
    swapped = sealed.rename(tmp_path / "y.wav.sealed")
    with pytest.raises(AudioError, match="another call"):
        unseal(swapped, tmp_path / "back", read_private_key(keys[0]))
    unseal(swapped.rename(tmp_path / "x.sealed"), tmp_path / "back", read_private_key(keys[0]))
    assert (tmp_path / "back").read_bytes() == CONTENT


def test_a_file_of_the_first_format_opens(
    tmp_path: Path, keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is bound to no call: that is told."""
    monkeypatch.setattr(sealing, "_MAGIC", sealing._UNBOUND)
    sealed = sealed_file(tmp_path, keys).rename(tmp_path / "y.wav.sealed")
    monkeypatch.undo()
    unseal(sealed, tmp_path / "back", read_private_key(keys[0]))
    assert (tmp_path / "back").read_bytes() == CONTENT
    assert "earlier version" in caplog.text


def test_nothing_is_written_where_somebody_put_a_link(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    """Neither through it, nor into a file that others read."""
    sealed = sealed_file(tmp_path, keys)
    (tmp_path / ".back.partial").symlink_to(tmp_path / "elsewhere")
    unseal(sealed, tmp_path / "back", read_private_key(keys[0]))
    (tmp_path / ".again.partial").write_text("")
    (tmp_path / ".again.partial").chmod(0o644)
    unseal(sealed, tmp_path / "again", read_private_key(keys[0]))
    assert not (tmp_path / "elsewhere").exists()
    assert stat.S_IMODE((tmp_path / "again").stat().st_mode) == 0o600


def test_only_the_private_key_opens(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    """Not another pair's, not the public one; each file has a key of its own."""
    sealed = sealed_file(tmp_path, keys)
    first = sealed.read_bytes()
    assert sealed_file(tmp_path, keys).read_bytes()[-100:] != first[-100:]
    make_keys(tmp_path / "other.private", tmp_path / "other.public")
    with pytest.raises(SetupError):
        unseal(sealed, tmp_path / "back", read_private_key(tmp_path / "other.private"))
    with pytest.raises(SetupError):
        read_private_key(keys[1])
    with pytest.raises(SetupError):
        read_public_key(keys[0])


@pytest.mark.parametrize("read", [read_private_key, read_public_key])
def test_a_key_that_cannot_be_read_is_told_from_a_file_without_one(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    """New keys would not help."""
    for path in (tmp_path / "gone.pem", tmp_path):
        with pytest.raises(SetupError, match="cannot be read") as raised:
            read(path)
        assert "keygen" not in str(raised.value)


def test_nothing_is_overwritten(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    """Neither a key, without which old files could not be opened, nor a file in the place of an opened one."""
    with pytest.raises(SetupError):
        make_keys(tmp_path / "new", keys[1])
    assert not (tmp_path / "new").exists()
    with pytest.raises(SetupError):
        unseal(sealed_file(tmp_path, keys), tmp_path / "plain", read_private_key(keys[0]))
    assert (tmp_path / "plain").read_bytes() == CONTENT


def test_a_finished_call_leaves_its_sealed_original_with_the_others(tmp_path: Path) -> None:
    """In `sealed/`, not among the outputs; an older one of the same call goes."""
    settings = settings_for(tmp_path)
    drop(settings, "a.wav")
    claim = claim_only(settings)
    (settings.sealed_folder).mkdir()
    (settings.sealed_folder / f"{claim.call_id}.mp3.sealed").write_text("older")
    (settings.sealed_folder / "other.wav.sealed").write_text("another call's")
    (claim.out / "sealed").mkdir()
    (claim.out / "sealed" / f"{claim.call_id}.wav.sealed").write_text("sealed")
    (claim.out / "redacted.wav").write_text("redacted")
    target = intake.finish(claim, settings)
    assert files_in(target) == ["redacted.wav"]
    assert files_in(settings.sealed_folder) == sorted(["other.wav.sealed", f"{claim.call_id}.wav.sealed"])
    assert files_in(settings.work_folder) == []


def test_a_failed_call_leaves_no_sealed_original(tmp_path: Path) -> None:
    """Its original is in the failed folder: in one place."""
    settings = settings_for(tmp_path)
    drop(settings, "a.wav")
    claim = claim_only(settings)
    (claim.out / "sealed").mkdir()
    (claim.out / "sealed" / f"{claim.call_id}.wav.sealed").write_text("sealed")
    failed = intake.fail(claim, AudioError("Broken.", "Mend it."), "warehouse", settings)
    assert files_in(failed) == ["input/a.wav"]
    assert not settings.sealed_folder.exists()
