"""Words laid over a timeline: who said each, and segments that read as a conversation.

The external channel is the customer. The internal one belongs to whoever has the floor, by the timeline.
"""

from pca_pipeline.timeline.attribution import attribute, reattribute, with_internal_voices, with_parties
from pca_pipeline.timeline.channels import Sound, with_channels_by_sound, with_detected_channels
from pca_pipeline.timeline.floor import Share, Span, Speaker, covered, shares
from pca_pipeline.timeline.leaving_out import left_out
from pca_pipeline.timeline.spoken import ends_sentence

__all__ = [
    "Share",
    "Sound",
    "Span",
    "Speaker",
    "attribute",
    "covered",
    "ends_sentence",
    "left_out",
    "reattribute",
    "shares",
    "with_channels_by_sound",
    "with_detected_channels",
    "with_internal_voices",
    "with_parties",
]
