"""Recordings in and out: decode, resample, mute spans sample by sample, encode. Channels are never mixed."""

from pca_pipeline.audio.decoding import read
from pca_pipeline.audio.encoding import write
from pca_pipeline.audio.muting import Fill, mute
from pca_pipeline.audio.signal import loudness_dbfs, resample

__all__ = ["Fill", "loudness_dbfs", "mute", "read", "resample", "write"]
