"""Two hundred values through the real product: none of them is in any byte that any part of it wrote."""

from __future__ import annotations

import base64
import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import quote

import duckdb
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from tests.flows.canary_calls import Canary, CanaryCall, drop, make_calls, sound
from tests.flows.canary_search import Patterns, leaks, texts_under
from tests.flows.canary_sweep import CALLS, FAILING, SEED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
CANARIES = [canary for call in make_calls(CALLS, SEED) for canary in call.canaries]


@dataclass(frozen=True)
class Ran:
    """A folder in which everything was written, and what was said on the way."""

    root: Path
    said: bytes
    code: int

    @property
    def calls(self) -> Path:
        return self.root / "calls"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """All calls through two sweeps; Prefect's home, temporary files and the home folder lie in one folder."""
    root = tmp_path_factory.mktemp("canary")
    for call in make_calls(CALLS, SEED):
        drop(call, root / "calls/inbox")
    for name in ("tmp", "home", "prefect", "here"):
        (root / name).mkdir()
    shutil.copy(ROOT / "prefect.toml", root / "here")
    command = [sys.executable, "-m", "tests.flows.canary_sweep"]
    done = subprocess.run(
        command,
        cwd=root / "here",
        env=_environment(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return Ran(root, done.stdout, done.returncode)


def _environment(root: Path) -> dict[str, str]:
    """All that decides where something is written points into the folder; everybody logs all there is to log."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "PCA_", "XDG_"))}
    return own | {
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(root / "tmp"),
        "HOME": str(root / "home"),
        "PREFECT_HOME": str(root / "prefect"),
        "PREFECT_LOGGING_LEVEL": "DEBUG",
        "PREFECT_SERVER_LOGGING_LEVEL": "DEBUG",
        "PREFECT_LOGGING_ROOT_LEVEL": "DEBUG",
        "PCA_FOLDER": str(root / "calls"),
        "PCA_INTAKE__STABLE_SECONDS": "0",
        "PCA_INTAKE__RECORD_WAIT_SECONDS": "0",
        "PCA_PII__VERIFY_SHARE": "1",
        "COLUMNS": "200",
    }


def test_the_run_went_every_way(ran: Ran) -> None:
    """In the first sweep a call failed at every step, one was left for the next, and nothing was loaded."""
    assert ran.code == 0, ran.said.decode()[-3000:]
    between = ran.root / "between"
    assert len(list(between.glob("failed/*/error.json"))) == len(FAILING)
    assert len(list(between.glob("work/*/claim.json"))) == 1
    assert len(list(between.glob("staged/call-*.arrows"))) == CALLS - len(FAILING)  # one failed after it was staged
    assert len(list(ran.calls.glob("done/*/*/redacted.wav"))) == CALLS
    with duckdb.connect(str(ran.calls / "pca-published.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from calls").fetchone() == (CALLS,)


def test_no_value_is_in_any_byte(ran: Ran) -> None:
    """Files and their names, packed contents, databases and their logs, Prefect's home, what was printed."""
    assert len({canary.written for canary in CANARIES}) == 200
    assert [path for path in ran.calls.rglob("input") if path.is_dir()] == []  # originals are destroyed
    contents = chain([("what was printed", ran.said)], texts_under(ran.root))
    assert [leak for leak in leaks(CANARIES, contents) if not _names_its_file(*leak)] == []


def _names_its_file(kind: str, where: str) -> bool:
    """A call in work, and one that failed until it is sent back, say by which names its files were dropped."""
    noted = r"between/(work/.*/claim|failed/.*/error)\.json"
    return kind in ("name", "phone") and re.fullmatch(noted, where) is not None


def test_no_sound_of_a_value_is_in_any_file(ran: Ran) -> None:
    """Neither the recordings' samples, nor the floats that they are decoded to, of what was muted."""
    patterns = Patterns(_sounds(make_calls(CALLS, SEED)))
    found = [(name, where) for where, content in texts_under(ran.root) for name in patterns.found_in(content)]
    assert found == []


def _sounds(calls: list[CanaryCall]) -> Iterator[tuple[bytes, str]]:
    """Some samples from the middle of each customer's answer, as a file and as memory holds them."""
    for call in calls:
        samples = sound(call)
        for word in (word for word in call.words if word["channel"] == 0 and word["text"][0].isdigit()):
            at = round((word["start"] + word["end"]) / 2 * 8000)
            yield samples[:, at : at + 16].T.tobytes(), f"samples of call {call.number}"
            yield (samples[0, at : at + 16] / np.float32(32768)).astype("<f4").tobytes(), f"floats of {call.number}"


@pytest.mark.parametrize("canary", CANARIES[:10], ids=lambda canary: canary.kind)
def test_a_leak_is_found(tmp_path: Path, canary: Canary) -> None:
    """The search can fail: a value planted in any kind of file, however it is written down, is found."""
    text = f"she said {canary.spoken}, you know"
    planted = {
        "log": text.upper().encode(),
        "wide": text.encode("utf-16-le"),
        "packed.gz": gzip.compress(text.encode()),
        "coded": base64.b64encode(b"x" + text.encode()),
        "link": quote(text).encode(),
    }
    for name, content in planted.items():
        (tmp_path / name).write_bytes(content)
    with duckdb.connect(str(tmp_path / "pca.duckdb")) as connection:
        connection.execute("create table words as select ? as text", [text])
    pyarrow.parquet.write_table(pyarrow.table({"text": [text]}), tmp_path / "staged.parquet", compression="zstd")
    found = {where.split()[0] for _, where in leaks([canary], texts_under(tmp_path))}
    assert found == {*planted, "pca.duckdb", "staged.parquet"}


def test_what_sounds_is_found(tmp_path: Path) -> None:
    """The search for samples can fail: a recording as it was dropped holds them."""
    call = make_calls(1, SEED)[0]
    drop(call, tmp_path)
    (recording,) = tmp_path.glob("*.wav")
    assert Patterns(_sounds([call])).found_in(recording.read_bytes()) == {"samples of call 0"}
