"""The commands of `heed`, one module for each group; each registers itself with `register(app)`."""
