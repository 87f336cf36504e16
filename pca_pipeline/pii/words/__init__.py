"""What a word is, whoever says it: lists of names and dictionary words, number words, the stream of a call's words."""
