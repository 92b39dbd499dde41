"""What can go wrong offline; every message is one sentence that says what was wrong and what to do."""

from __future__ import annotations

from pathlib import Path


class BatchError(Exception):
    """The room's root: the command line prints it and exits with 1."""


class TableFileError(BatchError):
    """A Parquet file that is missing, half-written, or not the table that it should be."""

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        self.path = path
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{path} {problem}; {remedy}.")


class CheckFailedError(BatchError):
    """A table breaks a rule of its suite, so nothing may be built from it."""


class LakeError(BatchError):
    """The lake and Kafka do not fit together, or another sync is writing."""


class MaterializeError(BatchError):
    """Feast's online store did not take what the offline tables hold."""
