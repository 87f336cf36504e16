"""All insights about one call, including those of enrichers from other packages.

A package adds an enricher by an entry point of the group `pca_pipeline.enrichers`, whose name becomes that of the
enrichment: any callable that takes a RedactedCall and returns what JSON can hold.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from pca_pipeline.call import ENRICHERS, Insights, Recording, RedactedCall
from pca_pipeline.insights.drivers import name_drivers
from pca_pipeline.insights.loudness import measure_loudness
from pca_pipeline.insights.metrics import measure_call, measure_participants
from pca_pipeline.insights.sentiment import score_segments
from pca_pipeline.settings import InsightsSettings


class Enricher(Protocol):
    """A function that finds something out about a redacted call."""

    def __call__(self, call: RedactedCall, /) -> object:
        """The insight, as JSON can hold it."""


def enrich(call: RedactedCall, recording: Recording | None, settings: InsightsSettings | None = None) -> Insights:
    """All insights about a call. Only loudness is measured on the recording, original or redacted, if there is one.

    Raises SetupError if the settings name a topics file that cannot be read.
    """
    sentiment = score_segments(call)
    return Insights(
        metrics=measure_call(call, sentiment),
        participants=measure_participants(call, recording, sentiment),
        segment_sentiment=sentiment,
        segment_loudness=tuple(measure_loudness(call, recording, [segment]) for segment in call.segments),
        drivers=name_drivers(call, settings.drivers if settings else None),
        enrichments={point.name: _enrichment(point, call) for point in installed_enrichers()},
    )


@cache
def installed_enrichers() -> tuple[EntryPoint, ...]:
    """The entry points of enrichers that installed packages add, by name."""
    return tuple(sorted(entry_points(group=ENRICHERS), key=lambda point: point.name))


def _enrichment(point: EntryPoint, call: RedactedCall) -> object:
    """The JSON of an outside enricher. If it fails, the call does not: the class of the error takes its place."""
    try:
        enricher: Enricher = point.load()
        return json.loads(json.dumps(enricher(call), allow_nan=False))
    except Exception as error:  # outside code: anything can happen, and its message may hold speech
        return {"error": type(error).__name__}
