"""Switches off the usage reports of libraries. Import it before them: most look only once, at import."""

from __future__ import annotations

import os

OFF = {
    "DO_NOT_TRACK": "1",  # Prefect's client events
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # Prefect's server heartbeat, which ignores DO_NOT_TRACK
    "PYANNOTE_METRICS_ENABLED": "0",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}

for _name, _value in OFF.items():
    os.environ.setdefault(_name, _value)  # what a person set on purpose stays
