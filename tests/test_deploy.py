"""Commands, options and files that deploy/ uses exist."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import typer

from pca_pipeline.cli import app

ROOT = Path(__file__).parents[1]
COMMANDS = typer.main.get_command(app)
assert isinstance(COMMANDS, typer.core.TyperGroup)


def _unit() -> list[str]:
    (line,) = re.findall(r"^ExecStart=(.+)$", (ROOT / "deploy/pca.service").read_text(), re.MULTILINE)
    return shlex.split(line)


def _image() -> list[str]:
    (line,) = re.findall(r"^CMD (.+)$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE)
    command: list[str] = json.loads(line)
    return command


@pytest.mark.parametrize("command", [_unit(), _image()], ids=["systemd", "container"])
def test_what_is_started_is_a_command(command: list[str]) -> None:
    """The console script, a command of it, and options that it takes."""
    program, name, *arguments = command
    assert Path(program).name == "pca"
    COMMANDS.commands[name].make_context(name, arguments)  # raises for an option that is unknown


def test_the_image_copies_files_that_are_there() -> None:
    """Every COPY of the Dockerfile names something in the source folder."""
    copied = re.findall(r"^COPY (\S+) \S+$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE)
    assert copied
    assert all((ROOT / name).exists() for name in copied)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "deploy/README.md"])
def test_links_lead_somewhere(page: str) -> None:
    """Files that a page links to exist."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text())
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_every_page_is_listed() -> None:
    """The README links every page of docs/."""
    readme = (ROOT / "README.md").read_text()
    assert [page.name for page in (ROOT / "docs").glob("*.md") if f"](docs/{page.name})" not in readme] == []
