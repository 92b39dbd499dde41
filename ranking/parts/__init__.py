"""The parts of the feed's pipeline: each does one thing to a `Run` and hands it on."""
