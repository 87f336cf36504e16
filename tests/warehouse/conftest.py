"""Settings over an empty calls folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from pca_pipeline.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A new calls folder, whose name is a challenge for SQL strings and file patterns, and a short lock wait."""
    return Settings(folder=tmp_path / "it's [all] calls*", warehouse={"lock_wait_seconds": 0.5})
