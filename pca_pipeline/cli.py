"""`pca`: every command prints for a person at a terminal, most of them JSON with `--json`; exit code 0 only if all was done."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import typer

import pca_pipeline.owner_only
import pca_pipeline.telemetry  # noqa: F401  (before any library that reports usage)
from pca_pipeline.console import data, print_csv, print_json, print_table, shown_progress, talk
from pca_pipeline.errors import DatabaseLockedError, PcaError, SetupError, SweepRunningError
from pca_pipeline.progress import Meter
from pca_pipeline.settings import Settings, load_settings
from pca_pipeline.steps import nobody_watches

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,  # a traceback with local variables would show speech
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the audit log; no personal data.")]
Folder = Annotated[Path | None, typer.Option("--folder", help="The calls folder. Default: setting `folder`.")]


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


def _settings(folder: Path | None = None, **others: Any) -> Settings:
    return load_settings(**({"folder": folder} if folder else {}), **others)


def _existing(folder: Path | None) -> Settings:
    """Settings of a calls folder that is there already: a mistyped one must not look like an empty one."""
    settings = _settings(folder)
    if not settings.folder.is_dir():
        raise SetupError(
            f"There is no calls folder {str(settings.folder)!r}.",
            "Name it with --folder or the setting `folder`; `pca run` creates a new one.",
        )
    return settings


@app.command()
def run(
    calls: Annotated[Path | None, typer.Argument(help="The calls folder, the same as --folder.")] = None,
    inbox: Annotated[Path | None, typer.Option(help="The drop folder. Default: `inbox` in the calls folder.")] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Process the complete calls in the drop folder. One sweep: processes them, loads the database, publishes the copy."""
    from pca_pipeline import pipeline

    settings = _settings(calls or folder, **({"inbox": inbox} if inbox else {}))
    with shown_progress() as show:
        report = pipeline.run_sweep(settings, show)
    counts = report.counts()
    if as_json:
        print_json(counts)
    else:
        print_table(list(counts), [list(counts.values())])
    if report.delayed:
        talk.print(f"{report.delayed} The next sweep loads what is staged.", markup=False)
    if report.unwritten:
        talk.print(report.unwritten, markup=False)
    if counts["unreadable"]:
        talk.print(
            f"Broken files in {settings.staged_folder} were renamed to *.unreadable; the calls in their names are not in "
            "the database. To process one again: `pca erase --call ID`, then drop its recording.",
            markup=False,
        )
    if counts["failed"] or counts["rejected"]:
        talk.print("Some calls failed: `pca status` says why and what to do.")
    if not report.whole:
        raise typer.Exit(1)


@app.command()
def watch(
    every: Annotated[float, typer.Option(help="Seconds between sweeps.")] = 60.0,
    folder: Folder = None,
) -> None:
    """Sweep repeatedly until stopped. With PREFECT_API_URL as a Prefect deployment, with a schedule and a page per run."""
    from flows.ingest import watch as serve_flow

    serve_flow(every, folder=str(folder.resolve()) if folder else None)


@app.command()
def status(folder: Folder = None, as_json: Json = False) -> None:
    """Show how many calls are at each stage, and why any failed."""
    from pca_pipeline import intake, warehouse

    settings = _existing(folder)
    found = intake.status(settings)
    counts = {
        "ready": len(found.inbox.ready),
        "waiting": len(found.inbox.waiting),
        "rejected": len(found.inbox.rejected),
        "late_records": len(found.inbox.late),
        "work": found.work,
        "staged": len(warehouse.staged_calls(settings.staged_folder)),
        "done": found.done,
        "failed": len(found.failed),
    }
    waiting = [(str(one.path), one.reason.value) for one in found.inbox.waiting]
    rejected = [
        (str(one.path), type(one.error).__name__, one.error.message, one.error.hint) for one in found.inbox.rejected
    ]
    failed = [(one.call_id, one.stage, one.error, one.message, one.hint, one.failed_at) for one in found.failed]
    columns = ("call_id", "stage", "error", "message", "what_to_do", "failed_at")
    reasons = ("file", "error", "message", "what_to_do")
    if as_json:
        lists = {"rejected_files": _dicts(reasons, rejected), "failures": _dicts(columns, failed)}
        print_json(counts | {"waiting_files": dict(waiting)} | lists)
        return
    print_table(list(counts), [list(counts.values())])
    if waiting:
        print_table(["file", "waits_because"], waiting, title="Waiting")
    if rejected:
        print_table(reasons, rejected, title="Rejected: the next sweep sets them aside")
    if failed:
        print_table(columns, failed, title="Failed: `pca retry CALL_ID` tries them again")


def _dicts(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> list[dict[str, object]]:
    return [dict(zip(columns, row, strict=True)) for row in rows]


@app.command()
def retry(
    call_ids: Annotated[list[str] | None, typer.Argument(help="Ids of failed calls. Default: all.")] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Put failed calls back into the drop folder. The next sweep processes them again."""
    from pca_pipeline import intake

    returned = intake.retry(_existing(folder), call_ids or ())
    if as_json:
        print_json({"returned": list(returned)})
    else:
        talk.print(f"{len(returned)} entries of the failed folder are back in the drop folder.")
    if unknown := sorted(set(call_ids or ()) - set(returned)):
        talk.print(f"No failed call has the id {', '.join(unknown)}: `pca status` lists them.", markup=False)
        raise typer.Exit(1)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="A question's name. Default: list them.")] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="A parameter as name=value; --explain lists them.")
    ] = None,
    folder: Folder = None,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")] = False,
    as_chart: Annotated[bool, typer.Option("--chart", help="Draw bars.")] = False,
    column: Annotated[
        str | None, typer.Option(help="Numeric column to draw. Default: the question's main number.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show parameters and how to read the answer.")] = False,
) -> None:
    """Answer a business question, or list all of them."""
    from pca_pipeline import warehouse
    from pca_pipeline.charts import bars

    if question is None:
        reply = _questions()
    elif explain:
        reply = _parameters(question)
    else:
        asked = warehouse.find_question(question)
        answer = warehouse.ask(question, _settings(folder), dict(map(_pair, parameter or [])))
        reply = _Reply(asked.title, answer.columns, answer.rows, asked.reading, asked.chart)
    if as_json:
        print_json(_dicts(reply.columns, reply.rows))
    elif as_csv:
        print_csv(reply.columns, reply.rows)
    elif as_chart or column:
        measure = column or reply.measure
        for line in (f"{reply.title}: {measure}", *bars(reply.columns, reply.rows, measure, data.width)):
            data.print(line, markup=False, highlight=False, no_wrap=True)
    else:
        print_table(reply.columns, reply.rows, reply.title)
        if reply.reading:
            talk.print(reply.reading, style="dim", markup=False)


class _Reply(NamedTuple):
    """What `pca ask` prints, and the column of it that a chart draws."""

    title: str | None
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    reading: str | None = None
    measure: str | None = None


def _questions() -> _Reply:
    from pca_pipeline import warehouse

    rows = tuple(
        (one.name, one.title, one.answers, ", ".join(parameter.name for parameter in one.parameters))
        for one in warehouse.list_questions()
    )
    return _Reply(None, ("question", "title", "answers", "parameters"), rows)


def _parameters(question: str) -> _Reply:
    from pca_pipeline import warehouse

    asked = warehouse.find_question(question)
    rows = tuple(
        (one.name, one.kind, "required" if one.required else one.default, one.description) for one in asked.parameters
    )
    columns = ("parameter", "kind", "default", "meaning")
    return _Reply(f"{asked.title}: {asked.answers}", columns, rows, asked.reading)


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found:
        raise typer.BadParameter(f"{text!r} is not name=value.")
    return name, value


@app.command()
def transcribe(
    file: Annotated[Path, typer.Argument(help="A recording, or a transcript made elsewhere (.json).")],
    record: Annotated[list[Path] | None, typer.Option(help="Its contact trace record; may be given twice.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Show personal data.")] = False,
    as_json: Json = False,
) -> None:
    """Print who said what in one recording. Redacted; nothing is stored. A transcript made elsewhere works, too."""
    from pca_pipeline import audio, pipeline

    settings = _settings()
    if hears := not pipeline.is_transcript(file):
        next(audio.read_blocks(file), None)  # what cannot be read is told before a model is loaded
    tools = pipeline.load_tools(settings, hears=hears)
    with shown_progress() as show:
        progress = Meter({"": 0.0}, show).of("") if show else nobody_watches
        segments = pipeline.listen(file, tuple(record or ()), tools, settings, redact=not raw, progress=progress)
    if as_json:
        print_json([{"start": s.start, "end": s.end, "speaker": s.speaker, "text": s.text} for s in segments])
    else:
        print_table(["start", "speaker", "text"], [(s.start, s.speaker, s.text) for s in segments])


@app.command()
def timeline(
    record: Annotated[list[Path], typer.Argument(help="Contact trace records of one conversation.")],
    recording: Annotated[Path | None, typer.Option("--audio", help="The recording they belong to.")] = None,
    as_json: Json = False,
) -> None:
    """Show what a record says: who was on the line when."""
    from pca_pipeline import audio, ctr, warehouse
    from pca_pipeline.journey import LEGEND, document, lanes, moves, steps

    heard, name = (audio.read(recording), recording.name) if recording else (None, None)
    found = ctr.read_record(record, heard, _settings(), name, warehouse.select).timeline
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


@app.command()
def redact(
    policy: Annotated[
        str | None, typer.Option(help="strict, pci, hipaa, gdpr or a TOML file. Default: setting `pii.policy`.")
    ] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Remove personal data from text on stdin. Lines are one conversation; with --json each line is one of its own."""
    from pca_pipeline.pii import redact_lines, redact_text

    settings = _settings(folder, **({"pii": {"policy": policy}} if policy else {}))
    lines = redact_lines if as_json else redact_text
    for stream in (sys.stdin, sys.stdout):  # bytes that are no UTF-8 come out as they came in
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    for line in lines(_stdin(), settings):
        sys.stdout.write(line + "\n")


def _stdin() -> Iterator[str]:
    return (line.rstrip("\n") for line in sys.stdin)


@app.command()
def reveal(
    tokens: Annotated[list[str], typer.Argument(help='Tokens, as "<PERSON:k3f9...>" or without the brackets.')],
    reason: Reason,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Show the values behind tokens. Needs the master key; the audit log records who saw which tokens, when and why."""
    from pca_pipeline.pii import Vault

    values = Vault(_existing(folder).folder).reveal(tokens, reason)
    if as_json:
        print_json(_dicts(("token", "value"), zip(tokens, values, strict=True)))
    else:
        for value in values:
            sys.stdout.write(value + "\n")


@app.command()
def audit(folder: Folder = None, as_json: Json = False) -> None:
    """List who viewed personal data, when and why. Checks the chain of entries: single changes and removals show."""
    from pca_pipeline.pii.audit import AuditLog, first_altered

    log = AuditLog(_existing(folder).folder).read()
    altered = first_altered(log)
    columns = ("number", "at", "user", "action", "call_id", "entities", "reason", "tokens")
    rows = [[getattr(access, column) for column in columns] for access in log]
    last = log[-1].hash if log else None
    if as_json:
        print_json({"accesses": _dicts(columns, rows), "last_hash": last, "altered_at": altered})
    else:
        print_table(columns[:-1], [row[:-1] for row in rows])
        talk.print(f"The last hash is {last}." if last else "No entries in this folder's log.", markup=False)
    if altered:
        talk.print(f"The log was altered at entry {altered}: do not rely on it from there on.", style="red")
        raise typer.Exit(1)


@app.command()
def rewrap(folder: Folder = None, as_json: Json = False) -> None:
    """Change the master key of vault and database. The old key is in PCA_OLD_MASTER_KEY, or in the file of ..._FILE."""
    from pca_pipeline import warehouse
    from pca_pipeline.lock import sweep_lock
    from pca_pipeline.pii import Vault

    settings = _existing(folder)
    with sweep_lock(settings.folder):  # a sweep would go on with the key that it began with
        is_rekeyed = warehouse.rekey(settings)
        done = Vault(settings.folder).rewrap()
        if is_rekeyed:
            warehouse.publish(settings)
    counts = {"rewrapped": done.rewrapped, "already": done.already, "key_id": done.key_id}
    if as_json:
        print_json(counts)
    else:
        print_table(list(counts), [list(counts.values())], title="Keys of calls")


@app.command()
def keygen(
    name: Annotated[Path, typer.Argument(help="Creates NAME.private.pem and NAME.public.pem.")],
) -> None:
    """Create the keys for sealed originals. Keep the private key away from this machine."""
    from pca_pipeline.intake.sealing import make_keys

    private, public = (name.with_name(f"{name.name}.{kind}.pem") for kind in ("private", "public"))
    make_keys(private, public)
    for path in (private, public):
        data.print(str(path), markup=False)


@app.command()
def unseal(
    file: Annotated[Path, typer.Argument(help="A sealed original: a file in the folder `sealed`.")],
    key: Annotated[Path, typer.Option(help="The private key of the pair it was sealed to.")],
    reason: Reason,
    out: Annotated[Path | None, typer.Option(help="File to write. Default: the same name without .sealed.")] = None,
    folder: Folder = None,
) -> None:
    """Open a sealed original. It contains all that was said except card codes and PINs; the audit log records it."""
    from pca_pipeline.intake.sealing import read_private_key, unsealed_name
    from pca_pipeline.intake.sealing import unseal as open_sealed
    from pca_pipeline.pii.audit import AuditLog

    target = out or unsealed_name(file)
    private = read_private_key(key)
    AuditLog(_folder_of_sealed(file) or _existing(folder).folder).record("unseal", file.name.partition(".")[0], reason)
    open_sealed(file, target, private)
    data.print(str(target), markup=False)


def _folder_of_sealed(file: Path) -> Path | None:
    """The calls folder that a sealed file lies in; None where it was taken out of one."""
    sealed = file.resolve().parent
    return sealed.parent if sealed.name == "sealed" and (sealed.parent / "done").is_dir() else None


@contextmanager
def _hinting(hints: Mapping[type[PcaError], str]) -> Iterator[None]:
    """Errors of these classes say what to do after this command."""
    try:
        yield
    except tuple(hints) as error:
        raise type(error)(error.message, hints[type(error)]) from None


@app.command()
def publish(folder: Folder = None) -> None:
    """Replace the published copy of the database."""
    from pca_pipeline import warehouse

    with _hinting({DatabaseLockedError: "Nothing was published: close it there, then run this again."}):
        data.print(str(warehouse.publish(_settings(folder))), markup=False)


_ERASE_AGAIN: dict[type[PcaError], str] = {
    DatabaseLockedError: "The erasure is not done: close it there, then run this again.",
    SweepRunningError: "Nothing was erased: run it again once the sweep has ended, or with `--wait SECONDS`.",
}


@app.command()
def erase(
    call: Annotated[str | None, typer.Option(help="Id of a call.")] = None,
    conversation: Annotated[str | None, typer.Option(help="Id of a conversation: all its calls.")] = None,
    customer: Annotated[
        str | None, typer.Option(help="All calls of this telephone number; - reads it from standard input.")
    ] = None,
    before: Annotated[datetime | None, typer.Option(help="All calls that began before this moment, UTC.")] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for a running sweep to end.")] = 0.0,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Erase calls and print counts. Reaches database, copy, vault and calls folder; not new files in the inbox, backups
    or exports. Calls without a start count by the time they were loaded."""
    from pca_pipeline import warehouse

    settings = _existing(folder)
    moment = before.replace(tzinfo=UTC) if before else None
    number = next(_stdin(), "") if customer == "-" else customer
    with _hinting(_ERASE_AGAIN):
        proof = warehouse.erase(
            settings, call=call, conversation=conversation, customer=number, before=moment, wait=wait
        )
    counts = asdict(proof)
    if as_json:
        print_json(counts)
    else:
        print_table(list(counts), [list(counts.values())], title="Erased")
    if proof.resumed:
        talk.print("This erasure was cut off before: what it had begun is finished now.")
    elif not proof:
        talk.print(f"No call was found by this {proof.scope}: nothing was erased.")
        if customer:
            talk.print("A customer's number finds calls that were processed with the same customer key.")
        if not before:
            raise typer.Exit(1)


@app.command()
def export(
    target: Annotated[Path, typer.Argument(help="Folder to write to.")],
    file_format: Annotated[
        Literal["parquet", "csv", "json", "aws"], typer.Option("--format", help="What each file is.")
    ] = "parquet",
    by_month: Annotated[bool, typer.Option("--by-month", help="Parquet, one folder per month.")] = False,
    folder: Folder = None,
) -> None:
    """Write the tables of calls to files. One file per table; with --format aws one JSON of AWS PCA per call."""
    from pca_pipeline import warehouse

    if by_month and file_format != "parquet":
        raise typer.BadParameter("Only Parquet is written by month.")
    for path in warehouse.export(_settings(folder), target, file_format, by_month=by_month):
        data.print(str(path), markup=False)


@app.command("import")
def import_calls(
    files: Annotated[list[Path], typer.Argument(help="JSON of AWS Post Call Analytics, or folders of it.")],
    replace: Annotated[bool, typer.Option("--replace", help="Also replace calls transcribed here.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Import calls from AWS Post Call Analytics. Its JSON is redacted, loaded and published."""
    from pca_pipeline import warehouse
    from pca_pipeline.warehouse.aws_import import import_aws

    settings = _settings(folder)
    found = [one for path in files for one in (sorted(path.rglob("*.json")) if path.is_dir() else [path])]
    imported = import_aws(found, settings, replace_heard=replace)
    replaced = warehouse.count_stored(settings, imported.calls)
    warehouse.load(settings)
    if imported.calls:
        warehouse.publish(settings)
    counts = {"imported": len(imported.calls) - replaced, "replaced": replaced, "refused": len(imported.refused)}
    refused = [(str(path), reason) for path, reason in imported.refused]
    if as_json:
        print_json(counts | {"refused_files": dict(refused)})
    else:
        print_table(list(counts), [list(counts.values())])
        if refused:
            print_table(["file", "reason"], refused, title="Refused")
    if refused or not imported.calls:
        raise typer.Exit(1)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8765,
    folder: Folder = None,
) -> None:
    """Read and hear redacted calls in a browser."""
    import uvicorn

    from pca_pipeline.web import create_app

    uvicorn.run(create_app(_existing(folder), host), host=host, port=port, log_level="warning")


@app.command("convert-model")
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


@app.command()
def doctor(folder: Folder = None, as_json: Json = False) -> None:
    """Check what the pipeline needs to run."""
    from pca_pipeline.doctor import examine

    checks = examine(_settings(folder))
    if as_json:
        print_json([{"check": one.name, "ok": one.ok, "detail": one.detail} for one in checks])
    else:
        rows = [(one.name, "ok" if one.ok else "NOT OK", one.detail) for one in checks]
        print_table(["check", "state", "detail"], rows)
    if not all(one.ok for one in checks):
        raise typer.Exit(1)


if __name__ == "__main__":
    main()
