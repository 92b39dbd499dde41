"""Running a PyFlink job as one ordinary process: its JVM, its sources and sinks, its checkpoints."""
