"""What makes the classifiers of drivers and of sentiment: judged conversations, and the training."""
