"""Where rules may match: texts of a pass in one buffer, and what Hyperscan says of it."""
