"""One sweep as a flow, in this process and typed as commands, against a real server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows import ingest as module
from flows.ingest import ingest, watch
from flows.prefect_run import run
from pca_pipeline import pipeline
from pca_pipeline.errors import SetupError
from pca_pipeline.lock import sweep_lock
from tests.flows.prefect_harness import Prefect, drop_broken_call, drop_call

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CALLER = "Wilhelmina Featherstonehaugh"  # a name that nothing else holds


def dropped(calls: Path) -> list[str]:
    """Names of the files that lie in the drop folder."""
    return sorted(path.name for path in (calls / "inbox").iterdir())


def test_sweep_processes_each_call_as_a_task_and_tells_counts(prefect: Prefect) -> None:
    """A good call is done, a broken one fails without harm to it; the run's state and artifact tell both."""
    drop_call(prefect.calls, "good.wav")
    drop_broken_call(prefect.calls, "broken.wav")
    state = ingest(return_state=True)
    assert state.name == "CompletedWithFailures"
    counts = state.result().counts()
    assert (counts["done"], counts["failed"], counts["loaded"]) == (1, 1, 1)
    run = {"flow_runs": {"id": {"any_": [str(state.state_details.flow_run_id)]}}}
    tasks = prefect.ask("task_runs/filter", run)
    assert sorted(task["state_name"] for task in tasks) == ["Done", "Failed"]
    found = prefect.ask("artifacts/filter", run)
    artifacts = {artifact["key"]: artifact["data"] for artifact in found}
    assert artifacts["progress"] == 100
    (told,) = [artifact["description"] for artifact in found if artifact["key"] == "progress"]
    assert told.startswith("2 of 2 calls") and "minutes of audio" in told and "times real time" in told
    assert "| done | 1 |" in artifacts["sweep"]
    assert "| audio | AudioError | 1 |" in artifacts["sweep"]


def test_calls_that_are_heard_together_are_one_task(prefect: Prefect) -> None:
    """A batch's task fails if one of its calls did; the others are done and loaded."""
    drop_call(prefect.calls, "good.wav")
    drop_broken_call(prefect.calls, "broken.wav")
    state = ingest(overrides={"speech": {"calls_at_once": 4}}, return_state=True)
    counts = state.result().counts()
    assert (counts["done"], counts["failed"], counts["loaded"]) == (1, 1, 1)
    run = {"flow_runs": {"id": {"any_": [str(state.state_details.flow_run_id)]}}}
    (task,) = prefect.ask("task_runs/filter", run)
    assert (task["state_name"], task["state"]["message"]) == ("Failed", "1 of 2 failed")


@pytest.mark.parametrize("together", [1, 2])
def test_a_task_that_crashes_costs_its_calls_this_sweep_alone(
    prefect: Prefect, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """The sweep ends with its counts; the next one takes the calls up."""

    def crash(*_arguments: object) -> None:
        raise MemoryError

    for name in ("one.wav", "other.wav"):
        drop_broken_call(prefect.calls, name)
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "process", crash)
        patched.setattr(pipeline, "process_together", crash)
        assert ingest(overrides={"speech": {"calls_at_once": together}}).counts()["retry"] == 2
    assert ingest(return_state=True).result().counts()["failed"] == 2


def test_prefect_keeps_no_name_of_a_file(prefect: Prefect) -> None:
    """A caller's name in a file's name reaches neither Prefect's database nor its storage nor a log."""
    drop_call(prefect.calls, f"{CALLER} good.wav")
    drop_broken_call(prefect.calls, f"{CALLER} broken.wav")
    done = prefect.run("python", "-m", "flows.ingest")
    assert json.loads(done.stdout)["failed"] == 1
    assert CALLER not in done.stdout + done.stderr
    kept = [path for path in prefect.home.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in kept)
    assert [path for path in kept if CALLER.encode() in path.read_bytes()] == []
    assert not list((prefect.home / "storage").glob("*"))


def test_second_sweep_does_not_run_beside_the_first(prefect: Prefect) -> None:
    """While somebody holds the calls folder a sweep is cancelled, and leaves every file where it is."""
    drop_call(prefect.calls, "call.wav")
    with sweep_lock(prefect.calls):
        state = ingest(return_state=True)
    assert state.is_cancelled()
    assert dropped(prefect.calls) == ["call.wav"]


def test_missing_model_stops_the_sweep_before_anything_is_claimed(prefect: Prefect) -> None:
    """Without weights no call is taken, so that none can fail for it."""
    drop_call(prefect.calls, "call.wav")
    nowhere = {"speech": {"model": str(prefect.calls / "nowhere.pt")}}
    assert isinstance(ingest(overrides=nowhere, return_state=True).result(raise_on_failure=False), SetupError)
    assert dropped(prefect.calls) == ["call.wav"]


def test_watch_without_a_server_sweeps_in_turn(prefect: Prefect, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing would start a schedule's runs, sweeps follow each other in this process."""

    class Stopped(Exception):
        """As if somebody pressed Ctrl-C."""

    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise Stopped
        drop_call(prefect.calls, "second.wav")

    monkeypatch.setattr(module, "sleep", pause)
    monkeypatch.setattr(module, "_has_server", lambda: False)
    drop_call(prefect.calls, "first.wav")
    with pytest.raises(Stopped):
        watch(3600.0)
    assert dropped(prefect.calls) == []
    assert all(0 < seconds <= 3600 for seconds in pauses)


def test_prefect_run_works_as_it_is_typed(prefect: Prefect) -> None:
    """`prefect run flows/ingest.py:ingest --param inbox=...` runs a sweep of that drop folder."""
    drop_call(prefect.calls, "call.wav")
    inbox = f"inbox={prefect.calls / 'inbox'}"
    done = prefect.run("prefect", "run", "flows/ingest.py:ingest", "--param", inbox)
    assert done.stdout.startswith("Completed: 1 done"), done.stderr
    assert done.returncode == 0


def test_prefect_run_tells_failures_by_its_exit_code(prefect: Prefect, capsys: pytest.CaptureFixture[str]) -> None:
    """A sweep in which a call failed does not pass for one in which all was done."""
    drop_broken_call(prefect.calls, "call.wav")
    with pytest.raises(SystemExit) as ended:
        run("flows/ingest.py:ingest")
    assert ended.value.code == 1
    assert "CompletedWithFailures: 0 done" in capsys.readouterr().out
