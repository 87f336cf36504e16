"""Recordings in and out: decode, resample, mute spans sample by sample, encode. Channels are never mixed."""

from pca_pipeline.audio.decoding import MAX_CHANNELS, length, read, read_blocks
from pca_pipeline.audio.encoding import check_format, write
from pca_pipeline.audio.keypad import KeyPress, key_presses
from pca_pipeline.audio.muting import Fill, filling, mute_in_place, samples_of
from pca_pipeline.audio.pauses import Pauses, find_pauses, levels_rms, sounds
from pca_pipeline.audio.sides import silent_channels, without_double
from pca_pipeline.audio.signal import loudness_dbfs, resample, without_offset

__all__ = [
    "MAX_CHANNELS",
    "Fill",
    "KeyPress",
    "Pauses",
    "check_format",
    "filling",
    "find_pauses",
    "key_presses",
    "length",
    "levels_rms",
    "loudness_dbfs",
    "mute_in_place",
    "read",
    "read_blocks",
    "resample",
    "samples_of",
    "silent_channels",
    "sounds",
    "without_double",
    "without_offset",
    "write",
]
