"""`python -m pca_pipeline.cli` is `pca`."""

from pca_pipeline.cli import main

main()
