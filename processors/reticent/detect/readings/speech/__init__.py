"""What is said aloud, as recognisers of speech write it."""
