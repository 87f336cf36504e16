"""What a telephony platform's records can tell, and what its recordings hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pca_pipeline.call import Direction


class PauseMode(StrEnum):
    """What a pause of the recording does to the audio."""

    CUT = "cut"  # the audio is shorter by the pause
    SILENCE = "silence"  # the audio is silent as long as the pause
    BEEP = "beep"  # a short tone stands for the pause
    UNKNOWN = "unknown"  # any of these: only the audio's length tells


@dataclass(frozen=True, slots=True)
class Capabilities:
    """One platform's. The defaults take nothing away from a record that tells more."""

    hold_intervals: bool = True  # when each hold was, not only how long all were together
    transfer_times: bool = True  # when a transfer took place, not only who came next
    ivr_in_audio: bool = True  # recordings begin with the call, not when an agent answers
    pauses: PauseMode = PauseMode.UNKNOWN
    external_channel: int = 0  # channel of the customer's side
    external_channel_outbound: int | None = None  # the same for calls that the centre makes, where it differs

    def channel(self, direction: Direction) -> int:
        """The customer's channel in calls of that direction."""
        outbound = self.external_channel_outbound
        return outbound if direction is Direction.OUTBOUND and outbound is not None else self.external_channel
