"""What can go wrong in the streaming room, each with a sentence that says what to do."""

from __future__ import annotations

from pathlib import Path


class StreamingError(Exception):
    """The root of every error of this room."""


class BrokerUnreachableError(StreamingError):
    """No Kafka broker answers at the address that is set."""

    def __init__(self, bootstrap_servers: str) -> None:
        super().__init__(
            f"No Kafka broker answers at {bootstrap_servers}. "
            "Start one with `heed up`, or set HEED_BOOTSTRAP_SERVERS to one that runs."
        )


class EventTooLargeError(StreamingError):
    """An event that the broker would refuse."""

    def __init__(self, topic: str, size: int, limit: int) -> None:
        super().__init__(
            f"An event for {topic} has {size:,} bytes, more than the {limit:,} that a topic takes."
        )


class NotDeliveredError(StreamingError):
    """Events that the broker did not acknowledge in time."""

    def __init__(self, count: int, seconds: float) -> None:
        super().__init__(
            f"{count} events were not acknowledged by Kafka within {seconds:g} s; "
            "see `heed status` and publish them again (they are not counted twice)."
        )


class MissingJarError(StreamingError):
    """The Kafka connector for Flink is not where it is looked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"There is no Kafka connector for Flink in {folder}; `heed up` (or `make up`) gets it."
        )


class FactoryError(StreamingError):
    """A setting that names a Python object which does not exist."""

    def __init__(self, setting: str, value: str) -> None:
        super().__init__(f"{setting} is '{value}', which is no `module:function` that can be imported.")


class StateFormatError(StreamingError):
    """A checkpoint that was written by a version of Heed with another form of the memory."""

    def __init__(self, job: str, cause: Exception) -> None:
        super().__init__(
            f"The checkpoint of the {job} was written by another version of Heed ({cause}). "
            f"Stop the stack, move HEED_HOME/flink/checkpoints/{job} away and start again: "
            "the job then reads its topic from the start."
        )


class NoTeacherError(StreamingError):
    """The teacher's part was started, and no teacher is set."""

    def __init__(self) -> None:
        super().__init__(
            "No teacher is set: name one with HEED_TEACHER_URL and HEED_TEACHER_MODEL, then run `heed up`."
        )


class JobFailedError(StreamingError):
    """A Flink job that stopped by itself."""

    def __init__(self, job: str, state: str, cause: str, log: Path) -> None:
        super().__init__(f"The {job} job ended as {state}: {cause} The whole story is in {log}.")


class NoFeastRegistryError(StreamingError):
    """The sink started before `feast apply`."""

    def __init__(self, folder: Path, view: str) -> None:
        super().__init__(
            f"Feast knows no view '{view}'. Run `feast apply` in {folder} first (`heed up` does it)."
        )
