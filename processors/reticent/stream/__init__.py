"""The shell around the pure core: Faust agents, Kafka transactions, worker processes and their health."""
