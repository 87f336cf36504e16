"""`prefect run FILE.py:FLOW --param key=value`: Prefect 1's command, as a start-up plug-in of Prefect 3.

Prefect finds this module by the entry point `prefect.plugins`, where `prefect.toml` switches plug-ins on.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from prefect.plugins import HookContext, register_hook


@register_hook
def setup_environment(*, ctx: HookContext) -> None:
    """Add `run` to Prefect's command line. Prefect calls this once, while it is imported."""
    try:
        # Prefect's command line is private: the release in requirements.lock has it, another may not.
        from prefect.cli._app import _app

        _app.command(run, name="run")
    except (ImportError, AttributeError, TypeError):
        if sys.argv[1:2] == ["run"]:
            sys.exit(
                f"Prefect {ctx.prefect_version} does not let the command `run` be added. "
                "`python -m flows.ingest` and `pca run` do the same work."
            )


def run(entrypoint: str, *, param: list[str] | None = None) -> None:
    """Run a flow here and now, without a deployment. Exit code 0 only if the run ends as Completed.

    Parameters
    ----------
    entrypoint
        The flow, as `path/to/file.py:flow` or `package.module:flow`.
    param
        A parameter of the flow, as key=value; the value is JSON, or else plain text. Can be repeated.
    """
    from prefect import State
    from prefect.exceptions import PrefectException
    from prefect.flows import load_flow_from_entrypoint

    try:
        flow: Any = load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
        state: State[Any] = flow(**parameters(param or []), return_state=True)
    except (PrefectException, ImportError) as error:  # no such file, flow or parameter
        sys.exit(str(error))
    print(f"{state.name}: {state.message}" if state.message else state.name)
    sys.exit(0 if state.name == "Completed" else 1)


def parameters(pairs: list[str]) -> dict[str, Any]:
    """Flow parameters from key=value words; a value that is not JSON is text. Exits if a `=` is missing."""
    if bad := [pair for pair in pairs if "=" not in pair]:
        sys.exit(f"--param takes key=value, not {bad[0]!r}.")
    return {key: _value(text) for key, _, text in (pair.partition("=") for pair in pairs)}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
