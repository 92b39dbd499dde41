"""Where the broker is, and how the streaming parts run."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from streaming.errors import FactoryError


class StreamingSettings(BaseSettings):
    """`HEED_BOOTSTRAP_SERVERS` and the settings of the jobs and the sink."""

    model_config = SettingsConfigDict(env_prefix="HEED_")

    bootstrap_servers: str = Field(
        default="127.0.0.1:19092", description="The Kafka brokers, as host:port, several with commas between."
    )
    topic_partitions: int = Field(
        default=4,
        ge=1,
        description="Partitions of a topic that is created; more allow more jobs side by side.",
    )
    topic_replication: int = Field(default=1, ge=1, description="Replicas of a topic that is created.")
    python_mode: str = Field(
        default="auto",
        pattern="^(auto|thread|process)$",
        description="How Flink runs Python: 'thread' (in the JVM), 'process' (beside it), or 'auto'.",
    )
    checkpoint_seconds: float = Field(
        default=10.0,
        gt=0,
        description="Seconds between two checkpoints of a job; a restart replays at most so much.",
    )
    popularity_seconds: float = Field(
        default=30.0,
        gt=0,
        description="Seconds over which an item's demand is added up, then sent; the API looks every 30 s.",
    )
    job_heap_megabytes: int = Field(
        default=256, ge=128, description="Java heap of one job in MiB; keyed state of all users lives in it."
    )
    parser: str = Field(
        default="agents.parser:load_parser",
        description="`module:function` that takes the catalogue and returns the parser of the intent job.",
    )
    encoder: str = Field(
        default="agents.encoder:load_encoder",
        description="`module:function` that returns the text encoder of the sink.",
    )
    sink_batch_records: int = Field(
        default=2000, ge=1, description="The most records that the Feast sink takes in one micro-batch."
    )


@cache
def streaming_settings() -> StreamingSettings:
    """Return the settings, read once per process."""
    return StreamingSettings()


def load_factory(setting: str, path: str) -> Callable[..., Any]:
    """Return the object that `module:function` names.

    Raises
    ------
    FactoryError
        If there is none.
    """
    module, _, name = path.partition(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise FactoryError(setting, path) from error
    if not callable(found):
        raise FactoryError(setting, path)
    return found  # type: ignore[no-any-return]  # callable() does not narrow Any
