"""Running it: the local stack, the `heed` command, deployment files, runbooks."""
