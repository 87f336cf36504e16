"""Browse and hear redacted calls: pages made on the server, read from the published copy, nothing from outside."""

from pca_pipeline.web.app import create_app

__all__ = ["create_app"]
