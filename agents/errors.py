"""What can go wrong in this room; each message is one sentence that says what to do."""

from __future__ import annotations


class AgentsError(Exception):
    """The root of this room's errors."""


class ModelSetError(AgentsError):
    """The parser's files are missing, damaged or do not belong together."""


class TrainingError(AgentsError):
    """A training run was asked for something that cannot be done."""
