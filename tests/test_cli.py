from __future__ import annotations

import base64
import gc
import json
import stat
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from typer.testing import CliRunner, Result

from pca_pipeline import intake, warehouse
from pca_pipeline.cli import app
from pca_pipeline.errors import AudioError, PcaError
from pca_pipeline.lock import sweep_lock
from pca_pipeline.settings import load_settings
from pca_pipeline.warehouse import erasure
from tests.factories import CUSTOMER, Turn, agent, make_call, queue
from tests.transcripts import call_analytics, said

SAMPLES = Path(__file__).parent.parent / "sample_calls"
SALLY, SALES = agent(1, "Sally Agent"), queue(1, "Sales")


def pca(*arguments: str, stdin: str | None = None) -> Result:
    """One command, in this process."""
    return CliRunner().invoke(app, arguments, input=stdin)


def pca_json(*arguments: str, stdin: str | None = None) -> Any:
    """What one command prints with --json."""
    result = pca(*arguments, "--json", stdin=stdin)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize("option", [(), ("--folder",)], ids=["argument", "option"])
def test_run_takes_the_calls_folder_either_way(option: tuple[str, ...], tmp_path: Path) -> None:
    """`pca run calls` and `pca run --folder calls` sweep the same folder."""
    assert pca_json("run", *option, str(tmp_path / "calls"))["waiting"] == 0
    assert (tmp_path / "calls").is_dir()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A calls folder whose warehouse holds one call."""
    settings = load_settings(folder=tmp_path / "calls")
    turns = [Turn("customer", 1.0, "I want a refund said [PERSON]"), Turn("agent_1", 5.0, "of course")]
    finished = make_call("call1", participants=[CUSTOMER, SALES, SALLY], turns=turns)
    warehouse.stage(finished, settings.staged_folder)
    warehouse.load(settings)
    warehouse.publish(settings)
    return settings.folder


def test_ask_lists_the_questions(folder: Path) -> None:
    """Without a name, `pca ask` says what can be asked."""
    names = {row["question"] for row in pca_json("ask", "--folder", str(folder))}
    assert {"calls", "aht-by-queue", "why-customers-call"} <= names


@pytest.mark.parametrize("form", [[], ["--csv"], ["--json"]], ids=["table", "csv", "json"])
def test_ask_answers_in_each_form(form: list[str], folder: Path) -> None:
    """A question is answered as a table, as CSV and as JSON."""
    result = pca("ask", "find", "-p", "text=refund", "--folder", str(folder), *form)
    assert result.exit_code == 0
    assert "refund" in result.stdout
    assert "[PERSON]" in result.stdout


def test_ask_draws_bars(folder: Path) -> None:
    """One line a row, with its number; a column that is none of numbers is an error that names those there are."""
    chart = pca("ask", "why-customers-call", "--chart", "--folder", str(folder)).stdout
    assert chart.startswith("Why customers call: calls\n(none found) 1 ██")
    other = pca("ask", "why-customers-call", "--column", "percent", "--folder", str(folder)).stdout
    assert other.startswith("Why customers call: percent\n(none found) 100 ██")
    wrong = pca("ask", "why-customers-call", "--column", "nonsense", "--folder", str(folder))
    assert "no column 'nonsense'" in str(wrong.exception)


@pytest.mark.parametrize(
    ("scope", "value", "told", "code"),
    [
        ("call", "call2", "call", 1),
        ("conversation", "nosuch", "conversation", 1),
        ("before", "2020-01-01", "before", 0),
        ("customer", "+44 20 7946 0000", "customer key", 1),
    ],
)
def test_an_erasure_that_finds_nothing_says_so(
    folder: Path, scope: str, value: str, told: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typo, or a number whose calls came in without the key, must not pass for work that is done, nor leave a proof.

    Backups stay, too. That nothing is as old as a date is an answer.
    """
    backup = folder / "pca.duckdb.v1.backup"
    backup.touch()
    monkeypatch.setenv("PCA_CUSTOMER_KEY", base64.b64encode(bytes(32)).decode())
    result = pca("erase", f"--{scope}", value, "--folder", str(folder), "--json")
    assert (result.exit_code, json.loads(result.stdout)["calls"]) == (code, 0)
    with warehouse.open_database(load_settings(folder=folder)) as connection:
        assert len(connection.execute("from erasures").fetchall()) == (scope == "before")
    assert backup.exists()
    assert "nothing was erased" in result.stderr and told in result.stderr
    assert "7946" not in result.output


def test_an_erasure_that_was_killed_is_finished_and_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds no call any more, but there was work left."""
    erase = "erase", "--call", "call1", "--folder", str(folder)
    with monkeypatch.context() as patched:
        patched.setattr(erasure, "copy_database", Mock(side_effect=OSError("killed")))
        assert pca(*erase).exit_code == 1
    result = pca(*erase)
    assert result.exit_code == 0
    assert "finished now" in result.stderr and "nothing" not in result.stderr
    assert pca(*erase).exit_code == 1


def test_retry_of_what_did_not_fail_is_told(folder: Path) -> None:
    """A mistyped id is no success."""
    result = pca("retry", "nosuch", "--folder", str(folder))
    assert result.exit_code == 1 and "nosuch" in result.stderr


def test_a_file_that_is_no_recording_is_told_before_a_model_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weights take a minute to load."""
    monkeypatch.setattr("pca_pipeline.pipeline.load_tools", lambda *_, **__: pytest.fail("loaded"))
    (tmp_path / "hosts").write_text("127.0.0.1 localhost")
    for name in ("hosts", "nosuch.wav"):
        assert isinstance(pca("transcribe", str(tmp_path / name)).exception, PcaError)


def test_an_import_tells_new_calls_from_replaced_ones(folder: Path, tmp_path: Path) -> None:
    """And a file that is not there from one that is none."""
    pca("export", str(tmp_path / "out"), "--format", "aws", "--folder", str(folder))
    arguments = ("import", str(tmp_path / "out"), "--folder", str(tmp_path / "new"))
    counts = [pca_json(*arguments) for _ in range(2)]
    assert [(one["imported"], one["replaced"], one["refused"]) for one in counts] == [(1, 0, 0), (0, 1, 0)]
    missing = pca("import", "nosuch.json", "--folder", str(tmp_path / "new"), "--json")
    assert missing.exit_code == 1 and "No such file" in missing.stdout


def test_ask_explains_a_question() -> None:
    """Parameters, kinds and defaults, without a database."""
    rows = {row["parameter"]: row for row in pca_json("ask", "queue-wait", "--explain")}
    assert (rows["target"]["kind"], rows["target"]["default"]) == ("number", 20)


def test_erase_leaves_nothing_and_proves_it(folder: Path) -> None:
    """The proof counts one call; afterwards no question finds it."""
    result = pca("erase", "--call", "call1", "--folder", str(folder), "--json")
    assert (json.loads(result.stdout)["calls"], result.stderr) == (1, "")
    assert pca_json("ask", "calls", "--folder", str(folder)) == []


def test_nothing_is_erased_while_a_sweep_runs(folder: Path) -> None:
    """What the sweep has of the call would be back after it."""
    with sweep_lock(folder):
        result = pca("erase", "--call", "call1", "--folder", str(folder))
    assert result.exit_code != 0
    assert pca_json("erase", "--call", "call1", "--folder", str(folder))["calls"] == 1


def test_nothing_is_imported_while_a_sweep_runs(folder: Path, tmp_path: Path) -> None:
    """Nor while an erasure does, which would not find what an import is about to stage."""
    pca("export", str(tmp_path), "--format", "aws", "--folder", str(folder))
    with sweep_lock(folder):
        result = pca("import", str(tmp_path), "--replace", "--folder", str(folder))
    assert "Nothing was imported" in str(result.exception)
    assert pca("import", str(tmp_path), "--replace", "--folder", str(folder)).exit_code == 0


def test_export_writes_a_file_per_table(folder: Path, tmp_path: Path) -> None:
    """Parquet by default; the paths are printed."""
    result = pca("export", str(tmp_path / "out"), "--folder", str(folder))
    assert result.exit_code == 0
    assert (tmp_path / "out/segments.parquet").is_file()


def test_status_and_retry_of_an_empty_folder(tmp_path: Path) -> None:
    """Nothing anywhere is not an error."""
    counts = pca_json("status", "--folder", str(tmp_path))
    assert {counts[name] for name in ("ready", "waiting", "rejected", "work", "staged", "done", "failed")} == {0}
    assert pca_json("retry", "--folder", str(tmp_path)) == {"returned": []}


def test_status_tells_what_the_next_sweep_will_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An inbox of files that are no calls is not an empty one."""
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox/notes.pdf").write_text("no call")
    monkeypatch.setenv("PCA_INTAKE__STABLE_SECONDS", "0")
    found = pca_json("status", "--folder", str(tmp_path))
    (rejected,) = found["rejected_files"]
    assert found["rejected"] == 1
    assert rejected["file"].endswith("notes.pdf")
    assert rejected["error"] == "AudioError" and rejected["what_to_do"]
    assert "notes.pdf" in pca("status", "--folder", str(tmp_path)).stdout


def test_status_counts_calls_that_wait_for_the_loader(tmp_path: Path) -> None:
    """Each once, however often it was staged; not a sweep's counts, a failure's reason, or what was set aside."""
    settings = load_settings(folder=tmp_path)
    for call_id in ("call1", "call1", "call2"):
        warehouse.stage(make_call(call_id), settings.staged_folder)
    now = datetime.now(UTC)
    warehouse.record_run(settings, warehouse.Run(now, now))
    warehouse.record_failure(
        settings, intake.Failure.of("call3", AudioError("It is empty.", "Drop it again."), "audio")
    )
    (settings.staged_folder / "call-call4-1.unreadable").touch()
    assert pca_json("status", "--folder", str(tmp_path))["staged"] == 2


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("retry",),
        ("erase", "--before", "2020-01-01"),
        ("audit",),
        ("reveal", "PERSON:k3f9q2", "--reason", "test"),
        ("rewrap",),
        ("ask", "calls"),
        ("publish",),
    ],
    ids=lambda command: command[0],
)
def test_a_mistyped_folder_is_not_made(command: tuple[str, ...], tmp_path: Path) -> None:
    """Nothing that only looks or takes away makes a calls folder, which would look like an empty one."""
    result = pca(*command, "--folder", str(tmp_path / "cals"))
    assert isinstance(result.exception, PcaError)
    assert not (tmp_path / "cals").exists()


def test_files_are_their_owners(folder: Path) -> None:
    """Database, published copy, ledger and folders: nobody else reads them, whatever made them."""
    pca_json("status", "--folder", str(folder))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert {"pca.duckdb", "pca-published.duckdb", "ledger.sqlite"} <= modes.keys()
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}


def test_timeline_of_a_record() -> None:
    """Who was on the line when, from the record alone."""
    record = SAMPLES / "calls/billing-late-fee.json"
    shown = pca_json("timeline", str(record), str(record.with_suffix(".recording.json")))
    assert [row["kind"] for row in shown["intervals"]][:2] == ["ivr", "queue"]


def test_a_ready_transcript_is_read_without_a_speech_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the place of a recording: redacted, with the speakers of its record, and raw where that is asked for."""
    monkeypatch.setattr("pca_pipeline.speech.load_engine", lambda _: pytest.fail("nothing is to be heard"))
    transcript, record = tmp_path / "call_transcript.json", SAMPLES / "calls/billing-late-fee.json"
    turn = said(0, "customer", 40.0, "my card number is 4111 1111 1111 1111")
    transcript.write_text(json.dumps(call_analytics([turn])))
    (segment,) = pca_json("transcribe", str(transcript), "--record", str(record))
    assert segment["speaker"] == "customer" and "card number" in segment["text"] and "4111" not in segment["text"]
    assert "4111" in pca_json("transcribe", str(transcript), "--raw")[0]["text"]


def test_redact_keeps_the_contract() -> None:
    """One conversation a line in, one a line out, offsets in the given turn."""
    turns = [
        {"speaker": "agent", "text": "Can I have the last four of your social?"},
        {"speaker": "customer", "text": "Sure, it is 4 3 2 1."},
    ]
    result = pca("redact", "--json", stdin=json.dumps({"id": 7, "turns": turns}) + "\n")
    answer = json.loads(result.stdout)
    (finding,) = answer["turns"][1]["findings"]
    assert answer["id"] == 7
    assert turns[1]["text"][finding["start"] : finding["end"]] == "4 3 2 1"
    assert not any(c.isdigit() for c in answer["turns"][1]["text"])


def test_redact_answers_good_lines_beside_bad_ones() -> None:
    """The bad line is named on stderr, the exit code tells, and stdout holds the other answers."""
    good = json.dumps({"id": 1, "turns": [{"text": "my pin is 1234 ☎"}]}, ensure_ascii=False)
    command = [sys.executable, "-c", "from pca_pipeline.cli import main; main()", "redact", "--json"]
    stdin = f"{good}\nmy pin is 5678\n{good}\n".encode()
    result = subprocess.run(command, input=stdin, capture_output=True, check=False)
    assert [json.loads(line)["turns"][0]["text"] for line in result.stdout.splitlines()] == ["my pin is <PIN> ☎"] * 2
    assert result.returncode == 1
    assert b"Line 2 " in result.stderr
    assert b"5678" not in result.stderr


def test_redact_by_a_policy() -> None:
    """A preset's name, or a file; another name is an error that says which there are."""
    line = "my name is Bogdan Ostrowski and my card is 4111 1111 1111 1111\n"
    said = pca("redact", "--policy", "pci", stdin=line).stdout
    assert said == "my name is Bogdan Ostrowski and my card is <CREDIT_CARD>\n"
    assert "There is no policy 'lenient'" in str(pca("redact", "--policy", "lenient", stdin=line).exception)


def test_redact_takes_lines_of_text() -> None:
    """Text in, text out."""
    result = pca("redact", stdin="My card is 4111 1111 1111 1111.\nThe fee is $25.\n")
    first, second = result.stdout.splitlines()
    assert "4111" not in first
    assert second == "The fee is $25."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", "no-such-question"], "no-such-question"),
        (["ask", "calls", "-p", "nonsense=1"], "nonsense"),
        (["publish", "--folder", "nowhere"], "Run `pca run` first"),
        (["timeline", __file__], "test_cli.py"),
    ],
)
def test_errors_name_the_thing_and_the_way_out(arguments: list[str], said: str) -> None:
    """Two lines on stderr, nothing on stdout, exit code 1, no traceback."""
    command = [sys.executable, "-c", "from pca_pipeline.cli import main; main()", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stdout == ""
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_doctor_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing model is not ok and says so; exit code 1."""
    monkeypatch.setenv("PCA_SPEECH__MODEL", str(tmp_path / "missing.pt"))
    result = pca("doctor", "--folder", str(tmp_path), "--json")
    checks = {check["check"]: check for check in json.loads(result.stdout)}
    assert result.exit_code == 1
    assert not checks["speech model"]["ok"]
    assert checks["telemetry"] == {"check": "telemetry", "ok": True, "detail": "off"}


def test_doctor_does_not_call_a_model_missing_that_will_be_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the model, says who downloads it, and how to do without a network."""
    monkeypatch.setenv("PCA_SPEECH__MODEL", "small")
    monkeypatch.setenv("PCA_SPEECH__MODEL_FOLDER", str(tmp_path))
    result = pca("doctor", "--folder", str(tmp_path), "--json")
    (model,) = [check for check in json.loads(result.stdout) if check["check"] == "speech model"]
    assert model["ok"]
    assert "The first `pca run` downloads them. Without a network: " in model["detail"]
    assert "load_model('small')" in model["detail"]


@pytest.mark.parametrize("module", ["pca_pipeline", "pca_pipeline.cli"])
def test_the_module_is_the_command(module: str) -> None:
    """A cron job may start it by Python; its exit code is the command's."""
    command = [sys.executable, "-m", module]
    shown = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == version("pca-pipeline")
    assert subprocess.run([*command, "no-such-command"], capture_output=True, check=False).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("--port", "80999"), "equal to 65535"), (("--folder", "nofolder"), "no calls folder 'nofolder'")],
)
def test_serve_says_what_is_not_there(arguments: tuple[str, str], told: str) -> None:
    """A port or a folder, before anything is served."""
    result = pca("serve", *arguments)
    assert result.exit_code != 0
    assert told in result.output + str(result.exception)


def test_what_serve_has_loaded_is_no_garbage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To go through it with each collection would hold up pages."""
    frozen: list[int] = []
    monkeypatch.setattr("uvicorn.run", lambda *_args, **_options: frozen.append(gc.get_freeze_count()))
    try:
        assert pca("serve", "--folder", str(folder)).exit_code == 0
    finally:
        gc.unfreeze()
    assert frozen[0] > 10_000


def test_an_erasure_waits_for_a_sweep_as_long_as_it_is_told(folder: Path) -> None:
    """Else it says that nothing was erased."""
    with sweep_lock(folder):
        result = pca("erase", "--call", "call1", "--wait", "0.3", "--folder", str(folder))
    assert "Nothing was erased" in str(result.exception)
    assert pca("erase", "--call", "call1", "--wait", "0.3", "--folder", str(folder)).exit_code == 0


def test_a_wrong_policy_is_told_without_a_line() -> None:
    """Before anything is read."""
    result = pca("redact", "--policy", "nope.toml", stdin="")
    assert isinstance(result.exception, PcaError)
