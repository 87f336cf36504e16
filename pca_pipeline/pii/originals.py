"""What becomes of recording and transcript as they came in: destroyed, sealed to a public key, or kept.

Never with a CVV or PIN, which PCI DSS 3.3.1 forbids to store even encrypted: a recording that is sealed or kept has
silence in their place, and a transcript that holds any is destroyed. So it is with what may be one: a password of three
to six digits, and four to six keyed digits of which nobody knows the meaning (three only after a question for a
number).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pca_pipeline import audio
from pca_pipeline.call import MuteSpan
from pca_pipeline.errors import SetupError
from pca_pipeline.intake import Claim
from pca_pipeline.intake.files import copy
from pca_pipeline.intake.journal import SEALED
from pca_pipeline.intake.sealing import SUFFIX, read_public_key, seal
from pca_pipeline.pii.policy import NEVER_STORED, Original
from pca_pipeline.settings import AudioSettings

FOLDER = "original"  # of what is kept, within the folder of the call's outputs


def check_original(original: Original, settings: AudioSettings) -> None:
    """Raise SetupError if originals are to be sealed and there is no key for it."""
    if original != "seal":
        return
    if settings.seal_to is None:
        raise SetupError(
            "The policy seals originals, and audio.seal_to names no public key.",
            "Make a pair of keys with `pca keygen`, and set audio.seal_to to the public one.",
        )
    read_public_key(settings.seal_to)


def put_by(claim: Claim, spans: Sequence[MuteSpan], original: Original, settings: AudioSettings) -> None:
    """Write what the policy leaves of the original into the claim's outputs; `intake.finish` brings it to its place.

    `spans` are all that was muted, or would be if there were audio. Raises SetupError (no key) and StorageError.
    """
    check_original(original, settings)
    if original == "destroy":
        return
    forbidden = [span for span in spans if not NEVER_STORED.isdisjoint(span.entities)]
    if claim.audio:
        with _storable(claim, claim.audio, forbidden) as source:
            _put(source, claim, original, settings)
    if claim.transcript and not forbidden:
        _put(claim.transcript, claim, original, settings)


def _put(source: Path, claim: Claim, original: Original, settings: AudioSettings) -> None:
    if original == "keep":
        kept = claim.out / FOLDER / f"{FOLDER}{source.suffix.lower()}"
        copy(source, kept)
        kept.chmod(0o600)
    elif settings.seal_to is not None:
        target = claim.out / SEALED / f"{claim.call_id}{source.suffix.lower()}{SUFFIX}"
        seal(source, target, read_public_key(settings.seal_to))


@contextmanager
def _storable(claim: Claim, source: Path, forbidden: Sequence[MuteSpan]) -> Iterator[Path]:
    """The recording's file, or a copy in which what may not be stored is overwritten, gone when the block ends."""
    if not forbidden:
        yield source
        return
    path = audio.write(
        audio.mute_in_place(audio.read(source), forbidden, "silence"), claim.out / "overwritten.wav", "wav"
    )
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
