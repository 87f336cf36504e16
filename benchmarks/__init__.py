"""How accurate and how fast the pipeline is, measured on made-up calls. These are not tests."""
