"""A real Prefect server with a home of its own, for all tests of flows."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import torch
import whisper
from prefect.settings import PREFECT_API_URL, temporary_settings

from tests.flows.prefect_harness import Prefect, stop, wait_until


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Whisper checkpoint that knows nothing: flows are tested here, not ears."""
    audio = {"n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": 8, "n_audio_head": 1, "n_audio_layer": 1}
    text = {"n_vocab": 51864, "n_text_ctx": 448, "n_text_state": 8, "n_text_head": 1, "n_text_layer": 1}
    knowing_nothing = whisper.model.Whisper(whisper.ModelDimensions(**audio, **text)).state_dict()
    weights = {name: torch.zeros_like(value) for name, value in knowing_nothing.items()}
    path = tmp_path_factory.mktemp("model") / "knows-nothing.pt"
    torch.save({"dims": audio | text, "model_state_dict": weights}, path)
    return path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[Prefect]:
    """A local server on a free port, with SQLite in a temporary folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("prefect")
    server = Prefect(f"http://127.0.0.1:{port}/api", home, tmp_path_factory.mktemp("calls"), model)
    process = server.start("prefect", "server", "start", "--port", str(port), "--no-ui")
    try:
        wait_until(lambda: _is_healthy(server.url), 240, "the Prefect server")
        yield server
    finally:
        stop(process)


def _is_healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=2).is_success
    except httpx.HTTPError:
        return False


@pytest.fixture
def prefect(server: Prefect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Prefect]:
    """The server with a calls folder of the test's own; flows called in this process use both."""
    own = replace(server, calls=tmp_path / "calls")
    for name, value in own.variables.items():
        monkeypatch.setenv(name, value)
    with temporary_settings({PREFECT_API_URL: own.url}):
        yield own
