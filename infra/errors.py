"""What can go wrong while running Heed; each message is one sentence that says what to do."""

from __future__ import annotations


class InfraError(Exception):
    """The room's root: the command line prints it and exits with 1."""


class SettingsFileError(InfraError):
    """The settings file cannot be read, or names a setting that does not exist."""


class JavaError(InfraError):
    """No Java, or one too old for Kafka 4 and Flink 2."""


class MissingPieceError(InfraError):
    """A jar, a data set or a model that a part needs is not there yet."""


class PortTakenError(InfraError):
    """A port that a part listens on belongs to a process that is not ours."""


class PartFailedError(InfraError):
    """A part ended, or did not become ready in time; the message ends with the last lines of its log."""


class LockedError(InfraError):
    """Another command holds what this one wants to change."""


class ApiError(InfraError):
    """The HTTP API is not up, or refused a request."""


class DemoError(InfraError):
    """The demonstration could not show what it promises."""


class BootstrapError(InfraError):
    """The environment cannot be set up; the message says what to type."""
