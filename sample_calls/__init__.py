"""Made-up calls with their ground truth, the demo Whisper, and the scripts that build both."""
