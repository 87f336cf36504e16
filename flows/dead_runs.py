"""Runs that a killed process left behind as running."""

from __future__ import annotations

from uuid import UUID

from prefect import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.runtime import deployment, flow_run
from prefect.states import Crashed


def bury() -> int:
    """Mark other running runs of this run's deployment as crashed; returns how many.

    For a deployment of one run at a time: this run holds the only slot, which the server took back from a
    killed run when its lease ended, five minutes at most after its death.
    """
    if not deployment.id:
        return 0
    others = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[UUID(deployment.id)]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING])),
    )
    with get_client(sync_client=True) as client:
        dead = [run for run in client.read_flow_runs(flow_run_filter=others) if str(run.id) != flow_run.id]
        for run in dead:
            client.set_flow_run_state(run.id, Crashed(message="Its process was killed."), force=True)
    return len(dead)
