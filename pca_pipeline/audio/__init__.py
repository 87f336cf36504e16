"""Recordings in and out: decode, resample, mute spans sample by sample, encode. Channels are never mixed."""

from pca_pipeline.audio.decoding import read
from pca_pipeline.audio.encoding import check_format, write
from pca_pipeline.audio.keypad import KeyPress, key_presses
from pca_pipeline.audio.muting import Fill, filling, mute
from pca_pipeline.audio.pauses import Pauses, find_pauses
from pca_pipeline.audio.signal import loudness_dbfs, resample

__all__ = [
    "Fill",
    "KeyPress",
    "Pauses",
    "check_format",
    "filling",
    "find_pauses",
    "key_presses",
    "loudness_dbfs",
    "mute",
    "read",
    "resample",
    "write",
]
