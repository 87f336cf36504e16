"""Parties who share a channel in a conference, told apart by their voices.

A voice is known from what its party says alone elsewhere in the recording; other voices are learnt from what fits none of
those, and named by when the record has their parties on the line.
"""

from pca_pipeline.parties.conference import name_voices

__all__ = ["name_voices"]
