"""Personal data in the sound: the spans to mute, keys pressed on the telephone, answers that nobody understood."""
