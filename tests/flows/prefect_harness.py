"""Commands against a running Prefect server, and calls to drop. For tests of flows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Prefect:
    """A running server and a calls folder. Commands run in the project's root, as a person would type them."""

    url: str
    home: Path
    calls: Path
    model: Path

    @property
    def variables(self) -> dict[str, str]:
        """What commands, and flows in this process, find in their environment."""
        return {
            "PREFECT_API_URL": self.url,
            "PREFECT_HOME": str(self.home),
            "PREFECT_CLI_PROMPT": "false",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "PREFECT_RUNNER_POLL_FREQUENCY": "1",
            "PCA_FOLDER": str(self.calls),
            "PCA_INTAKE__STABLE_SECONDS": "0",
            "PCA_INTAKE__RECORD_WAIT_SECONDS": "0",
            "PCA_SPEECH__MODEL": str(self.model),
            "COLUMNS": "200",
        }

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """A command that stays; what it says goes to a file in the server's home."""
        with (self.home / "commands.log").open("ab") as log:
            return subprocess.Popen(_found(command), cwd=ROOT, env=os.environ | self.variables, stdout=log, stderr=log)

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """A command that ends."""
        environment = os.environ | self.variables | variables
        return subprocess.run(_found(command), cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What the server's API answers to a GET, or to a POST with that body. A busy server is asked again."""
        for pause in (1, 2, 4, 8, 0):
            answer = httpx.request("GET" if body is None else "POST", f"{self.url}/{path}", json=body, timeout=60)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(pause)
        answer.raise_for_status()
        return answer.json()


def _found(command: tuple[str, ...]) -> list[str]:
    return [str(BIN / command[0]), *command[1:]]


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Return when the condition holds; fail the test when it does not within so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"After {seconds:.0f} s still waiting for {what}.")
        time.sleep(0.3)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a command as Ctrl-C does; kill it only if that does not help."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def drop_call(calls: Path, name: str) -> Path:
    """A second of quiet line noise on two channels, in the drop folder."""
    path = calls / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    seed = sum(name.encode())  # other samples, and so another call, for every name
    noise = np.random.default_rng(seed).normal(0, 1e-4, (8000, 2))
    soundfile.write(path, noise, 8000, subtype="PCM_16")
    return path


def drop_broken_call(calls: Path, name: str) -> Path:
    """A recording that ends within its header."""
    path = calls / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF\x24\x00")
    return path
