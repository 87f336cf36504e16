from __future__ import annotations

import os
from pathlib import Path

import pytest

from pca_pipeline.ctr import read_lookups
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import CtrSettings


def test_no_lookups_is_no_error() -> None:
    """Ids stay ids."""
    assert read_lookups(CtrSettings()).agents == {}


def test_names_are_read_by_id_and_again_when_changed(tmp_path: Path) -> None:
    """Extra columns, a byte order mark and blank lines do no harm."""
    queues = tmp_path / "queues.csv"
    queues.write_text("queue_id,site,name\nq1,MN,Billing\n\nq2,,\n", encoding="utf-8-sig")
    settings = CtrSettings(queues=queues)
    assert read_lookups(settings).queues == {"q1": "Billing"}
    queues.write_text("name,queue_id\nClaims,q1\n", encoding="utf-8")
    os.utime(queues, (1, 1))
    assert read_lookups(settings).queues == {"q1": "Claims"}


@pytest.mark.parametrize("content", [b"id,name\n1,Ana\n", b"", b"user_id,name\n\xff\xfe\n"])
def test_a_file_without_the_columns_is_refused(tmp_path: Path, content: bytes) -> None:
    """The error names the file and what it must hold."""
    agents = tmp_path / "agents.csv"
    agents.write_bytes(content)
    with pytest.raises(SetupError, match=r"agents\.csv.*user_id"):
        read_lookups(CtrSettings(agents=agents))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A setting that points nowhere is a mistake, not an empty list."""
    with pytest.raises(SetupError, match=r"agents\.csv"):
        read_lookups(CtrSettings(agents=tmp_path / "agents.csv"))
