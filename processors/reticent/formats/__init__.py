"""One file a wire format: bytes to a document with leaves and steps, and back."""
