"""The recognizer of names, places and organisations that ships with the product: its training, from made-up talk."""
