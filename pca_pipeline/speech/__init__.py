"""Words with times and probability from every channel of a recording; silence is never decoded."""

from pca_pipeline.speech.engine import Engine, HeardWord, load_engine
from pca_pipeline.speech.transcription import transcribe

__all__ = ["Engine", "HeardWord", "load_engine", "transcribe"]
