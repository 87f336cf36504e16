"""What `make demo` shows a newcomer."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import Swept


@pytest.mark.slow
def test_the_demo_shows_calls_questions_and_what_to_type_next(swept: Swept) -> None:
    """Its tables on a swept folder, in a process of its own, since it sets how loud Prefect is."""
    show = (
        "from pathlib import Path; from sample_calls import demo; from pca_pipeline.settings import load_settings; "
        f"demo.show(load_settings(folder=Path({str(swept.settings.folder)!r})))"
    )
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for said in ("The calls", "What is where", "What to type next", "pca serve"):
        assert said in done.stdout
