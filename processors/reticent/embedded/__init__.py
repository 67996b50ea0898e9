"""The stack of one machine: a Kafka-protocol broker and a ClickHouse engine, each a process on loopback."""
