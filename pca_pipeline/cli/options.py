"""What many commands take: the calls folder and its settings, a reason, and whether to print JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pca_pipeline.errors import SetupError
from pca_pipeline.settings import Settings, load_settings

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the audit log; no personal data.")]
Folder = Annotated[Path | None, typer.Option("--folder", help="The calls folder. Default: setting `folder`.")]


def read_settings(folder: Path | None = None, **others: Any) -> Settings:
    """The settings; what a command was given wins over file and environment."""
    return load_settings(**({"folder": folder} if folder else {}), **others)


def existing_folder(folder: Path | None) -> Settings:
    """The settings of a calls folder that exists: a mistyped one must not look like an empty one. Raises SetupError."""
    settings = read_settings(folder)
    if not settings.folder.is_dir():
        raise SetupError(
            f"There is no calls folder {str(settings.folder)!r}.",
            "Name it with --folder or the setting `folder`; `pca run` creates a new one.",
        )
    return settings
