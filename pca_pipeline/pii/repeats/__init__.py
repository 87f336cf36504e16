"""What was found once and comes again in the call: repeated, read back, put right, given piece by piece."""
