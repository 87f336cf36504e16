from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from pca_pipeline.mapping import CallColumns, RecordingColumns

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/ctr.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`(\w+)`", PAGE))
MODULES = [*sorted((ROOT / "pca_pipeline/ctr").glob("genesys*.py")), ROOT / "pca_pipeline/ctr/connect.py"]
READERS = {"inner", "_seconds", "text", "texts", "moment", "number", "documents", "get"}


def fields_read(source: Path) -> set[str]:
    """Every field that a module reads from a document, and every metric it knows."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name in READERS:
                found |= {
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[tn][A-Z]\w+", node.value)
        ):
            found.add(node.value)
    return found - {""}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_the_page_names_every_field_that_is_read(module: Path) -> None:
    """docs/ctr.md says what each becomes."""
    assert not fields_read(module) - NAMED


def test_the_reader_of_sources_finds_fields() -> None:
    """The test above can fail."""
    found = set[str]().union(*map(fields_read, MODULES))
    assert {"segmentStart", "nConsult", "tHeld"} <= found


@pytest.mark.parametrize("table", [CallColumns, RecordingColumns])
def test_the_page_names_every_field_of_a_mapping(table: type[CallColumns] | type[RecordingColumns]) -> None:
    """Everything that a TOML file may contain."""
    assert not set(table.model_fields) - NAMED
