"""The project's promises about itself: what it installs, what it sends, what is not in its files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pca_pipeline.telemetry import OFF

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text()
PYPROJECT = (ROOT / "pyproject.toml").read_text()

# Spelt in pieces, so that this file passes its own test.
FORBIDDEN = {
    "a home folder or a path of one machine": r"(?<![\w.])/(?:home|Users|root|opt|work)/\w",
    "the address of a package index": r"\b(?:pypi|pythonhosted|download\.pytorch)\." + r"org\b",
    "an index option": r"--(?:extra-)?index" + r"-url[ =]",
}
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".sql", ".txt", ".lock", ".json", ".html", ".css", ".js", ""}


def committed_files() -> list[Path]:
    """Text files under version control, or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for name in listed if (path := ROOT / name).suffix in TEXT and path.is_file()]


def requirements() -> Iterator[tuple[str, bool]]:
    """Every requirement in pyproject.toml, and whether its group has a comment."""
    commented = False
    for line in PYPROJECT.partition("dependencies = [")[2].partition("[project.scripts]")[0].splitlines():
        if re.match(r'\s+"', line):
            yield line.strip(), commented
        else:
            commented = line.strip().startswith("#")


def fresh_python(code: str, **environment: str) -> str:
    """What the code prints in a new interpreter that knows none of this one's switches."""
    clean = {name: value for name, value in os.environ.items() if name not in OFF}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=True, timeout=300
    )
    return done.stdout.strip()


def test_lock_pins_exactly_and_names_no_address() -> None:
    """Each line of the lock is a comment or one exact pin: no address, no hash, no path, no option."""
    pin = re.compile(r"[a-z0-9-]+==[\w.+!]+( ; [\w .'<>=()!]+)?")
    lines = [line for line in LOCK.splitlines() if line and not line.startswith("#")]
    assert len(lines) > 100
    assert [line for line in lines if not pin.fullmatch(line)] == []
    assert "://" not in LOCK


def test_lock_holds_every_requirement() -> None:
    """Everything in pyproject.toml is pinned, so that an install from the lock alone is complete."""
    pinned = {line.split("==")[0] for line in LOCK.splitlines()}
    names = [re.match(r'"([\w.-]+)', line) for line, _ in requirements()]
    wanted = {re.sub(r"[-_.]+", "-", name[1]).lower() for name in names if name}
    assert len(wanted) > 20
    assert wanted - pinned == set()


@pytest.mark.parametrize(
    ("package", "version"),
    [
        ("torch", "2.11.0"),
        ("torchaudio", "2.11.0"),
        ("torchcodec", "0.11.1"),
        ("prefect", "3.8.8"),
        ("duckdb", "1.5.5"),
    ],
)
def test_lock_keeps_versions_that_fit_each_other(package: str, version: str) -> None:
    """These versions are known to work together."""
    assert f"\n{package}=={version}\n" in LOCK


def test_audioop_comes_back_where_python_dropped_it() -> None:
    """pydub needs a package of its own for audioop from Python 3.13 on, and only there."""
    assert re.search(r"^audioop-lts==\S+ ; python_full_version >= '3.13'$", LOCK, re.MULTILINE)


def test_every_requirement_says_why_it_is_there() -> None:
    """A dependency without a reason is not accepted."""
    assert [line for line, commented in requirements() if not commented] == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_knows_a_machine_or_an_index(what: str) -> None:
    """No committed text contains what is true on one machine only."""
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in committed_files()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("module", ["pca_pipeline.telemetry", "flows", "flows.prefect_run"])
def test_telemetry_is_off_after_import(module: str) -> None:
    """After importing the pipeline's flows, every usage report is off."""
    code = f"import {module}, os; print([os.environ.get(n) for n in {list(OFF)!r}])"
    assert fresh_python(code) == str(list(OFF.values()))


@pytest.mark.parametrize("module", ["flows", "pca_pipeline.cli"])
def test_a_process_writes_for_its_owner_only(module: str) -> None:
    """The mask is set where a process starts, including workers, which import the flows."""
    assert fresh_python(f"import os; os.umask(0o022); import {module}; print(oct(os.umask(0)))") == "0o77"


def test_libraries_agree_that_telemetry_is_off() -> None:
    """Prefect's client, Prefect's server and pyannote.audio each read their switch as off."""
    code = """
import flows
from prefect._internal.analytics import is_telemetry_enabled
from prefect.settings import get_current_settings
from pyannote.audio.telemetry.metrics import is_metrics_enabled
print(is_telemetry_enabled(), get_current_settings().server.analytics_enabled, is_metrics_enabled())
"""
    assert fresh_python(code, CI="").splitlines()[-1] == "False False False"


def test_what_a_person_sets_on_purpose_stays() -> None:
    """The switches are defaults, not orders."""
    code = "import flows, os; print(os.environ['PYANNOTE_METRICS_ENABLED'])"
    assert fresh_python(code, PYANNOTE_METRICS_ENABLED="1") == "1"


def test_prefect_toml_switches_off_what_the_command_line_would_send() -> None:
    """`prefect ...` starts before any module of the project, so its settings file has to do it."""
    settings = tomllib.loads((ROOT / "prefect.toml").read_text())
    assert settings["server"]["analytics_enabled"] is False
    assert settings["results"]["persist_by_default"] is False
    assert settings["plugins"]["enabled"] is True


def test_domain_loads_without_heavy_libraries() -> None:
    """The types shared by all packages load no model, database or orchestrator."""
    heavy = ["torch", "prefect", "duckdb", "whisper", "presidio_analyzer", "spacy", "pyannote"]
    code = f"import sys, pca_pipeline.call; print([m for m in {heavy!r} if m in sys.modules])"
    assert fresh_python(code) == "[]"


def test_redaction_starts_without_transformers() -> None:
    """Presidio would load it. It can still be imported later."""
    code = "import sys, pca_pipeline.pii.finder as f; print('transformers' in sys.modules, f.AnalyzerEngine.__name__)"
    assert fresh_python(code) == "False AnalyzerEngine"


def test_continuous_integration_runs_what_a_developer_runs() -> None:
    """CI has no steps of its own: `make test` is all."""
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and line[0] != "#"]
    assert lines[-1] == "exec make test"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
