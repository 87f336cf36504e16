"""The metrics of a Genesys session, by name: totals, counts, moments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from pca_pipeline.call import IntervalKind
from pca_pipeline.ctr.fields import Document, documents, moment, number

Metrics = Mapping[str, list[Document]]

# Metrics, in milliseconds, of a session's totals; the second is summed if the first is missing.
_TOTALS = {
    IntervalKind.TALK: ("tTalkComplete", "tTalk"),
    IntervalKind.HOLD: ("tHeldComplete", "tHeld"),
    IntervalKind.WRAP_UP: ("tAcw", "tAcw"),
    IntervalKind.QUEUE: ("tAcd", "tAcd"),
    IntervalKind.IVR: ("tIvr", "tIvr"),
    IntervalKind.VOICEMAIL: ("tVoicemail", "tVoicemail"),
    IntervalKind.ALERT: ("tAlert", "tAlert"),
}
_COUNTS = ("nTransferred", "nBlindTransferred", "nConsultTransferred", "nConsult", "nOffered")


def by_name(session: Document) -> Metrics:
    """The session's metrics; one name may occur several times."""
    found: defaultdict[str, list[Document]] = defaultdict(list)
    for metric in documents(session, "metrics"):
        name = metric.get("name")
        if isinstance(name, str):
            found[name].append(metric)
    return found


def totals(metrics: Metrics, *, rings_otherwise: bool) -> dict[IntervalKind, float]:
    """Seconds by kind. Not those of ringing if the session also rings in a way that `tAlert` does not count."""
    found = {}
    for kind, (whole, part) in _TOTALS.items():
        if kind is IntervalKind.ALERT and rings_otherwise:
            continue
        known = list(_values(metrics, whole)) or list(_values(metrics, part))
        if known:
            found[kind] = sum(known) / 1000
    return found


def counts(metrics: Metrics) -> dict[str, int]:
    """How often transfers, consults and offers occur, by name."""
    return {name: len(found) for name in _COUNTS if (found := metrics.get(name))}


def moments(metrics: Metrics, name: str) -> tuple[datetime, ...]:
    """When a metric was emitted, each time."""
    return tuple(at for metric in metrics.get(name, ()) if (at := moment(metric, "emitDate")))


def first_seconds(metrics: Metrics, name: str) -> float | None:
    """The first value of a metric that counts milliseconds."""
    return next((value / 1000 for value in _values(metrics, name)), None)


def _values(metrics: Metrics, name: str) -> Iterator[float]:
    for metric in metrics.get(name, ()):
        if (value := number(metric, "value")) is not None:
            yield value
