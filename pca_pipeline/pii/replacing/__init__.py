"""What stands in the place of a value, and of the people of a call, in text and tables."""
