from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pca_pipeline.cli import app
from pca_pipeline.pii.entities_page import entities_page
from pca_pipeline.settings_page import settings_page

ROOT = Path(__file__).parent.parent
COMMANDS = typer.main.get_command(app)
assert isinstance(COMMANDS, typer.core.TyperGroup)


def test_settings_page_is_up_to_date() -> None:
    """docs/settings.md says what the settings are now (`make docs` writes it)."""
    assert (ROOT / "docs/settings.md").read_text() == settings_page()


def test_the_list_of_commands_cuts_no_description() -> None:
    """`pca --help` shows the first sentence of each help text, as far as it fits on a line."""
    shown = CliRunner().invoke(app, ["--help"]).output.partition("Commands:")[2]
    assert "doctor" in shown
    assert "..." not in shown


def test_entities_page_is_up_to_date() -> None:
    """docs/entities.md lists the entities that are looked for now (`make docs` writes it)."""
    assert (ROOT / "docs/entities.md").read_text() == entities_page()


@pytest.mark.parametrize("name", sorted(COMMANDS.commands))
def test_every_command_is_documented(name: str) -> None:
    """Every command has a help text, and a section in docs/commands.md that names each of its options."""
    command = COMMANDS.commands[name]
    page = (ROOT / "docs/commands.md").read_text()
    assert command.help and f"## pca {name}\n" in page
    section = page.partition(f"## pca {name}\n")[2].partition("\n## ")[0]
    missing = [
        option
        for parameter in command.params
        for option in parameter.opts[:1]
        if option.startswith("--") and option != "--help" and option not in section
    ]
    assert not missing
