"""One conversation at a time: transcribed, laid out by its record, or redacted. Nothing is stored."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from pca_pipeline.cli.options import Folder, Json, read_settings
from pca_pipeline.console import print_json, print_table, shown_progress, stdin_lines, talk
from pca_pipeline.progress import Meter
from pca_pipeline.steps import nobody_watches


def transcribe(
    file: Annotated[Path, typer.Argument(help="A recording, or a transcript made elsewhere (.json).")],
    record: Annotated[list[Path] | None, typer.Option(help="Its contact trace record; may be given twice.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Show personal data.")] = False,
    as_json: Json = False,
) -> None:
    """Print who said what in one recording. Redacted; nothing is stored. A transcript made elsewhere works, too."""
    from pca_pipeline import audio, pipeline

    settings = read_settings()
    if hears := not pipeline.is_transcript(file):
        next(audio.read_blocks(file), None)  # an unreadable file is reported before a model is loaded
    tools = pipeline.load_tools(settings, hears=hears)
    with shown_progress() as show:
        progress = Meter({"": 0.0}, show).of("") if show else nobody_watches
        segments = pipeline.listen(file, tuple(record or ()), tools, settings, redact=not raw, progress=progress)
    if as_json:
        print_json([{"start": s.start, "end": s.end, "speaker": s.speaker, "text": s.text} for s in segments])
    else:
        print_table(["start", "speaker", "text"], [(s.start, s.speaker, s.text) for s in segments])


def timeline(
    record: Annotated[list[Path], typer.Argument(help="Contact trace records of one conversation.")],
    recording: Annotated[Path | None, typer.Option("--audio", help="The recording they belong to.")] = None,
    as_json: Json = False,
) -> None:
    """Show what a record says: who was on the line when."""
    from pca_pipeline import audio, ctr, warehouse
    from pca_pipeline.charts import LEGEND, lanes
    from pca_pipeline.journey import document, moves, steps

    heard, name = (audio.read(recording), recording.name) if recording else (None, None)
    found = ctr.read_record(record, heard, read_settings(), name, warehouse.select).timeline
    if as_json:
        print_json(document(found))
        return
    print_table(["who", "lane"], lanes(found), title=f"Quality: {found.quality}\n{LEGEND}")
    rows = [(one.start, one.end, one.kind, one.participant_id, one.queue_name, one.outcome) for one in steps(found)]
    print_table(["start", "end", "kind", "participant", "queue", "outcome"], rows)
    if found.transfers:
        print_table(["transfer", "at", "from", "to"], moves(found))
    if found.ended_by:
        talk.print(f"Ended by {found.ended_by} ({found.ended_how}).", markup=False)
    for note in found.notes:
        talk.print(note, markup=False)


def redact(
    policy: Annotated[
        str | None, typer.Option(help="strict, pci, hipaa, gdpr or a TOML file. Default: setting `pii.policy`.")
    ] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Remove personal data from text on stdin. Lines are one conversation; with --json each line is one of its own."""
    from pca_pipeline.pii import redact_lines, redact_text

    settings = read_settings(folder, **({"pii": {"policy": policy}} if policy else {}))
    lines = redact_lines if as_json else redact_text
    for stream in (sys.stdin, sys.stdout):  # bytes that are not UTF-8 come out as they came in
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    for line in lines(stdin_lines(), settings):
        sys.stdout.write(line + "\n")
