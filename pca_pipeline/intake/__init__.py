"""The drop folder: recordings paired with records, claimed, finished, or set aside with a reason."""

from pca_pipeline.intake.claims import (
    Claim,
    Duplicate,
    claim,
    destination,
    fail,
    finish,
    finished_before,
    forget,
    keep_audio,
    outputs,
    reject,
    resume,
    stale,
)
from pca_pipeline.intake.finishing import redacted_audio
from pca_pipeline.intake.found import Drop, LateRecord, Reason, Rejected, Scan, Waiting
from pca_pipeline.intake.inbox import check_inbox, scan
from pca_pipeline.intake.kept import keep_legs, keep_media, kept_legs, kept_media
from pca_pipeline.intake.names import shown, without_files
from pca_pipeline.intake.quarantine import Failure, call_of, failures, retry
from pca_pipeline.intake.status import Status, status
from pca_pipeline.intake.unfinished import Unfinished, discard, unfinished

__all__ = [
    "Claim",
    "Drop",
    "Duplicate",
    "Failure",
    "LateRecord",
    "Reason",
    "Rejected",
    "Scan",
    "Status",
    "Unfinished",
    "Waiting",
    "call_of",
    "check_inbox",
    "claim",
    "destination",
    "discard",
    "fail",
    "failures",
    "finish",
    "finished_before",
    "forget",
    "keep_audio",
    "keep_legs",
    "keep_media",
    "kept_legs",
    "kept_media",
    "outputs",
    "redacted_audio",
    "reject",
    "resume",
    "retry",
    "scan",
    "shown",
    "stale",
    "status",
    "unfinished",
    "without_files",
]
