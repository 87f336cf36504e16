"""`python -m pca_pipeline` is `pca`."""

from pca_pipeline.cli import main

main()
