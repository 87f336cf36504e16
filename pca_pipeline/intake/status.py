"""Where every call stands until it is finished, for a person who asks."""

from __future__ import annotations

from dataclasses import dataclass

from pca_pipeline.intake.claims import claim_folders
from pca_pipeline.intake.found import Scan
from pca_pipeline.intake.inbox import scan
from pca_pipeline.intake.ledger import open_ledger
from pca_pipeline.intake.quarantine import Failure, failures
from pca_pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Status:
    """What lies in which folder."""

    inbox: Scan
    work: int  # calls being worked on, or waiting for another attempt
    done: int  # calls ever finished
    failed: tuple[Failure, ...]


def status(settings: Settings) -> Status:
    """Count the calls in each folder and look into the inbox. Raises StorageError."""
    with open_ledger(settings) as ledger:
        done = ledger.count()
    return Status(scan(settings), len(claim_folders(settings)), done, failures(settings))
