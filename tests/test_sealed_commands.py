from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pca_pipeline.cli import app
from pca_pipeline.errors import SetupError
from pca_pipeline.intake.sealing import read_public_key, seal
from pca_pipeline.pii.vault.audit import AuditLog


@pytest.mark.parametrize("out", [None, "heard.wav"])
def test_what_was_sealed_to_new_keys_is_unsealed(tmp_path: Path, out: str | None) -> None:
    """`pca keygen` makes the pair, `pca unseal` writes the recording where it is told, or beside the sealed file."""
    made = CliRunner().invoke(app, ["keygen", str(tmp_path / "privacy.officer")])
    assert made.exit_code == 0
    private, public = sorted(tmp_path.glob("privacy.officer.*.pem"))
    (tmp_path / "plain").write_bytes(b"raw")
    sealed = tmp_path / "0123abcd.wav.sealed"
    seal(tmp_path / "plain", sealed, read_public_key(public))
    (tmp_path / "calls").mkdir()
    more = ["--out", str(tmp_path / out)] if out else []
    more += ["--reason", "a test", "--folder", str(tmp_path / "calls")]
    done = CliRunner().invoke(app, ["unseal", str(sealed), "--key", str(private), *more])
    assert done.exit_code == 0
    assert (tmp_path / (out or "0123abcd.wav")).read_bytes() == b"raw"
    (access,) = AuditLog(tmp_path / "calls").read()
    assert (access.action, access.call_id, access.reason) == ("unseal", "0123abcd", "a test")


def test_it_is_recorded_where_the_sealed_file_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From whatever folder it is run; a file that lies in no calls folder wants one that is there."""
    CliRunner().invoke(app, ["keygen", str(tmp_path / "key")])
    (tmp_path / "plain").write_bytes(b"raw")
    sealed = tmp_path / "calls/sealed/0123abcd.wav.sealed"
    seal(tmp_path / "plain", sealed, read_public_key(tmp_path / "key.public.pem"))
    seal(tmp_path / "plain", tmp_path / sealed.name, read_public_key(tmp_path / "key.public.pem"))
    (tmp_path / "calls/done").mkdir()
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    asked = ["--key", str(tmp_path / "key.private.pem"), "--reason", "a test"]
    assert CliRunner().invoke(app, ["unseal", str(sealed), *asked]).exit_code == 0
    assert len(AuditLog(tmp_path / "calls").read()) == 1
    refused = CliRunner().invoke(app, ["unseal", str(tmp_path / sealed.name), *asked])
    assert isinstance(refused.exception, SetupError)
    assert list((tmp_path / "other").iterdir()) == [] and not (tmp_path / "0123abcd.wav").exists()


def test_keys_are_never_replaced(tmp_path: Path) -> None:
    """The same name again is refused: files sealed to the old key could not be opened any more."""
    assert CliRunner().invoke(app, ["keygen", str(tmp_path / "key")]).exit_code == 0
    again = CliRunner().invoke(app, ["keygen", str(tmp_path / "key")])
    assert again.exit_code == 1 and isinstance(again.exception, SetupError)
