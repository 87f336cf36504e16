"""Redacted calls as files next to their audio: JSON that can be read back, and text for a person."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter

from pca_pipeline.call import Participant, RedactedCall
from pca_pipeline.errors import LostFileError
from pca_pipeline.intake.files import storage_errors

_CALL = TypeAdapter(RedactedCall)


def write_transcript(call: RedactedCall, folder: Path) -> None:
    """`transcript.json` (everything) and `transcript.txt` (who said what, when) in `folder`. Raises StorageError."""
    with storage_errors(folder):
        (folder / "transcript.json").write_bytes(_CALL.dump_json(call, indent=1))
        (folder / "transcript.txt").write_text("\n".join(_lines(call)) + "\n", encoding="utf-8")


def read_transcript(folder: Path) -> RedactedCall:
    """The call that `write_transcript` wrote into `folder`. Raises StorageError."""
    with storage_errors(folder):
        content = (folder / "transcript.json").read_bytes()
    try:
        return _CALL.validate_json(content)
    except ValueError:  # pydantic's text would carry the content
        raise LostFileError(
            f"The file transcript.json in {folder} is damaged.",
            f"Restore it; or run `pca erase --call {folder.name}`, and drop recording and records again.",
        ) from None


def speaker_name(participant: Participant) -> str:
    """A participant's name for a person: that of an agent or a queue, the key of everybody else."""
    return f"{participant.name} ({participant.key})" if participant.name else participant.key


def _lines(call: RedactedCall) -> list[str]:
    names = {participant.key: speaker_name(participant) for participant in call.timeline.participants}
    return [
        f"[{_clock(segment.start)}] {names.get(segment.speaker, segment.speaker)}: {segment.text}"
        for segment in call.segments
    ]


def _clock(seconds: float) -> str:
    """Minutes and seconds to a tenth, rounded before they are split: 59.97 s is 01:00.0."""
    minutes, tenths = divmod(round(10 * seconds), 600)
    return f"{minutes:02d}:{tenths / 10:04.1f}"
