"""What a telephony platform's records contain, and what its recordings contain."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pca_pipeline.call import Direction


class PauseMode(StrEnum):
    """What a pause of the recording does to the audio."""

    CUT = "cut"  # the audio is shorter by the pause
    SILENCE = "silence"  # the audio is silent for as long as the pause
    BEEP = "beep"  # a short tone replaces the pause
    UNKNOWN = "unknown"  # any of these; it shows in the audio's length


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Capabilities of one platform. With the defaults, everything that a record contains is used."""

    hold_intervals: bool = True  # when each hold was, not only how long they were in all
    transfer_times: bool = True  # when a transfer took place, not only who came next
    ivr_in_audio: bool = True  # recordings begin with the call, not when an agent answers
    pauses: PauseMode = PauseMode.UNKNOWN
    external_channel: int = 0  # channel of the customer's side
    external_channel_outbound: int | None = None  # the same in outbound calls, where it differs

    def channel(self, direction: Direction) -> int:
        """The customer's channel in calls of that direction."""
        outbound = self.external_channel_outbound
        return outbound if direction is Direction.OUTBOUND and outbound is not None else self.external_channel
