"""Browse and hear redacted calls: pages rendered on the server from the published copy, with nothing from outside."""

from pca_pipeline.web.app import create_app

__all__ = ["create_app"]
