"""Deployments against a real server: prefect.yaml with a worker, and the flow served by one box."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.flows.prefect_harness import Prefect, drop_call, stop, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def deployed(server: Prefect) -> Prefect:
    """The server after the commands that prefect.yaml names."""
    for command in (["work-pool", "create", "pca", "--type", "process"], ["deploy", "--all"]):
        done = server.run("prefect", *command)
        assert done.returncode == 0, done.stdout + done.stderr
    return server


@pytest.fixture
def worker(deployed: Prefect) -> Iterator[None]:
    """A worker of the pool, as a service would run it."""
    process = deployed.start("prefect", "worker", "start", "--pool", "pca")
    yield
    stop(process)


def states(prefect: Prefect, deployment_id: str) -> list[str]:
    """States of the deployment's runs that are due, sorted."""
    body = {"flow_runs": {"deployment_id": {"any_": [deployment_id]}, "tags": {"all_": ["test"]}}}
    return sorted(run["state_type"] for run in prefect.ask("flow_runs/filter", body))


@pytest.mark.parametrize(
    ("name", "schedule"),
    [
        ("ingest/ingest", {"interval": 300.0}),
        ("maintain/maintain", {"cron": "30 3 * * *", "timezone": "UTC"}),
    ],
)
def test_prefect_yaml_schedules_deployments_that_never_overlap(
    deployed: Prefect, name: str, schedule: dict[str, object]
) -> None:
    """Each deployment has its schedule, and room for one run; another one that is due is cancelled."""
    deployment = deployed.ask(f"deployments/name/{name}")
    assert schedule.items() <= deployment["schedules"][0]["schedule"].items()
    assert deployment["schedules"][0]["active"]
    assert deployment["global_concurrency_limit"]["limit"] == 1
    assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"


def test_worker_runs_one_sweep_at_a_time(deployed: Prefect, worker: None) -> None:
    """Of two runs due at once one does the work and one is cancelled; a run left by a killed process is buried."""
    deployment = deployed.ask("deployments/name/ingest/ingest")["id"]
    new_run = f"deployments/{deployment}/create_flow_run"
    later = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2999-01-01T00:00:00Z"}}
    dead = deployed.ask(new_run, {"tags": ["test"], "state": later})
    deployed.ask(f"flow_runs/{dead['id']}/set_state", {"state": {"type": "RUNNING"}, "force": True})
    drop_call(deployed.calls, "one call.wav")
    for _ in range(2):
        deployed.ask(new_run, {"tags": ["test"]})
    ended = ["CANCELLED", "COMPLETED", "CRASHED"]
    wait_until(lambda: states(deployed, deployment) == ended, 300, "one run completed and one cancelled")
    assert len(list((deployed.calls / "done").glob("*/*"))) == 1


def test_watch_serves_sweeps_on_a_schedule(server: Prefect) -> None:
    """`pca watch` with a server: a deployment of its own, whose schedule starts sweeps that never overlap."""
    drop_call(server.calls, "another call.wav")
    process = server.start("python", "-m", "flows.ingest", "--every", "15", "--folder", str(server.calls))
    body = {"deployments": {"name": {"any_": ["watch"]}}, "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
    try:
        wait_until(lambda: server.ask("flow_runs/filter", body), 300, "a sweep that was served")
    finally:
        stop(process)
    deployment = server.ask("deployments/name/ingest/watch")
    assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert deployment["schedules"][0]["schedule"]["interval"] == timedelta(seconds=15).total_seconds()
    assert not list((server.calls / "inbox").iterdir())
