"""The streaming path: topics, event types, producers, rolling features, the Flink jobs, the Feast sink."""
