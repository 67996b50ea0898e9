"""How what tracing tools record becomes steps: spans, and one file a convention of writing them."""
