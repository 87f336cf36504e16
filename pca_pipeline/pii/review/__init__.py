"""A second reading: a small network reads the whole conversation with what the recognizers found in it."""
