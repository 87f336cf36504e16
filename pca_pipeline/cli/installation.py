"""The installation: the web pages served, a model converted, and what is missing found."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated, Literal

import typer

from pca_pipeline.cli.options import Folder, Json, existing_folder, read_settings
from pca_pipeline.console import data, print_json, print_table


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8765,
    folder: Folder = None,
) -> None:
    """Read and hear redacted calls in a browser."""
    import uvicorn

    from pca_pipeline.web import create_app

    pages = create_app(existing_folder(folder), host)
    gc.freeze()  # what is loaded stays: to go through all of it now and then would hold up a page for 70 ms
    uvicorn.run(pages, host=host, port=port, log_level="warning")


def convert_model(
    model: Annotated[str, typer.Argument(help="An openai-whisper checkpoint, or the name of a Whisper model.")],
    target: Annotated[Path, typer.Argument(help="Folder to write to; its content is replaced.")],
    quantization: Annotated[
        Literal["float32", "float16", "bfloat16", "int8"], typer.Option(help="Number format of the weights.")
    ] = "float32",
) -> None:
    """Convert Whisper weights for the engine `faster-whisper`."""
    from pca_pipeline.speech.faster_whisper_engine import check_installed

    check_installed()
    from pca_pipeline.speech.conversion import convert, load

    data.print(str(convert(load(model), target, quantization)), markup=False)


def doctor(folder: Folder = None, as_json: Json = False) -> None:
    """Check what the pipeline needs to run."""
    from pca_pipeline.doctor import examine

    checks = examine(read_settings(folder))
    if as_json:
        print_json([{"check": one.name, "ok": one.ok, "detail": one.detail} for one in checks])
    else:
        rows = [(one.name, "ok" if one.ok else "NOT OK", one.detail) for one in checks]
        print_table(["check", "state", "detail"], rows)
    if not all(one.ok for one in checks):
        raise typer.Exit(1)
