"""What a redacted call shows: metrics, sentiment, drivers, and what other packages add."""

from pca_pipeline.insights.drivers import load_topics, name_drivers
from pca_pipeline.insights.enrichment import Enricher, enrich
from pca_pipeline.insights.sentiment import score_text

__all__ = ["Enricher", "enrich", "load_topics", "name_drivers", "score_text"]
