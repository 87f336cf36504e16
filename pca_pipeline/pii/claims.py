"""A claim: tokens that somebody holds for personal data."""

from __future__ import annotations

from dataclasses import dataclass

OWN = "own: "  # how the names of the user's own recognizers begin
UNKNOWN = "NUMBER"  # the entity of numbers whose kind another place of the call may tell


@dataclass(frozen=True, slots=True)
class Claim:
    """Tokens [first, last] of one segment that are personal data."""

    entity: str
    first: int
    last: int
    score: float
    recognizer: str

    @property
    def is_own(self) -> bool:
        """Whether a recognizer of the user's own found it: then it is what that one says."""
        return self.recognizer.startswith(OWN)
