"""Trains the network of the second reading (`pca_pipeline/pii/review/`)."""
