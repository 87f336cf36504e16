"""Words with times and probability from every channel of a recording; silence is never decoded."""

from pca_pipeline.speech.engine import Engine, HeardPassage, HeardWord, Passage, load_engine
from pca_pipeline.speech.ready import ReadyTranscript, read_ready
from pca_pipeline.speech.transcription import Progress, Request, transcribe, transcribe_all
from pca_pipeline.speech.vocabulary import check_vocabulary

__all__ = [
    "Engine",
    "HeardPassage",
    "HeardWord",
    "Passage",
    "Progress",
    "ReadyTranscript",
    "Request",
    "check_vocabulary",
    "load_engine",
    "read_ready",
    "transcribe",
    "transcribe_all",
]
