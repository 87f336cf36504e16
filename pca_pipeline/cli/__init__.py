"""`pca`: every command prints for a person at a terminal, most of them JSON with `--json`; exit code 0 only if all was done."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated

import typer

import pca_pipeline.owner_only
import pca_pipeline.telemetry  # noqa: F401  (before any library that reports usage)
from pca_pipeline.cli import conversations, database, installation, questions, secrets, sweeps
from pca_pipeline.console import data, talk
from pca_pipeline.errors import PcaError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,  # a traceback with local variables would show speech
)


def main() -> None:
    """Run the command line; an error of the product becomes two lines on stderr and exit code 1."""
    try:
        app()
    except PcaError as error:
        talk.print(f"{type(error).__name__}: {error.message}", style="red", markup=False, highlight=False)
        talk.print(error.hint, markup=False, highlight=False)
        sys.exit(1)


def _print_version(wanted: bool) -> None:
    if wanted:
        data.print(version("pca-pipeline"), markup=False, highlight=False)
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Post-call analytics that a contact centre runs itself."""


_COMMANDS: dict[str, Callable[..., None]] = {  # in the order of `pca --help`
    "run": sweeps.run,
    "watch": sweeps.watch,
    "status": sweeps.status,
    "retry": sweeps.retry,
    "ask": questions.ask,
    "transcribe": conversations.transcribe,
    "timeline": conversations.timeline,
    "redact": conversations.redact,
    "reveal": secrets.reveal,
    "audit": secrets.audit,
    "rewrap": secrets.rewrap,
    "keygen": secrets.keygen,
    "unseal": secrets.unseal,
    "publish": database.publish,
    "erase": database.erase,
    "export": database.export,
    "import": database.import_calls,
    "serve": installation.serve,
    "convert-model": installation.convert_model,
    "doctor": installation.doctor,
}
for _name, _command in _COMMANDS.items():
    app.command(_name)(_command)
