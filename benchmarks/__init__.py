"""How right and how fast the pipeline is, measured on made-up calls. Nothing here is a test."""
