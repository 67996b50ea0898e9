"""Where masked records go outside Kafka: one file a sink, behind one small protocol."""
