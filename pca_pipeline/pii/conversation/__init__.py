"""What a conversation does to its words: questions wait for replies, and a number goes on over turns."""
