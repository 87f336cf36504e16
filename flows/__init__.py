"""The pipeline on Prefect: flows, their deployments' entry points, and the `prefect run` command."""

from __future__ import annotations

import pca_pipeline.owner_only
import pca_pipeline.telemetry  # noqa: F401  (first: whoever imports a flow has usage reports off)
