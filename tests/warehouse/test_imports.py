from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = "{'torch', 'spacy', 'presidio_analyzer', 'transformers'}"


@pytest.mark.parametrize("module", ["pca_pipeline.warehouse", "pca_pipeline.web", "pca_pipeline.cli"])
def test_a_question_waits_for_no_model(module: str) -> None:
    """Speech recognition and redaction take seconds to import: `pca ask` and the web page do without."""
    program = f"import sys, {module}; print(sorted({HEAVY} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout == "[]\n"
