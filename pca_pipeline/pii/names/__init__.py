"""Names of people and places: how they are announced, what they look like, which are known before the call."""
