"""The stack's own settings: where the broker listens, how much memory it gets, how long a start may take."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from catalog.settings import home_settings


class StackSettings(BaseSettings):
    """The local stack: ordinary processes on this machine."""

    model_config = SettingsConfigDict(env_prefix="HEED_")

    broker_port: int = Field(default=19092, gt=0, lt=65536, description="The local broker's port.")
    controller_port: int = Field(
        default=19093, gt=0, lt=65536, description="The port of the local broker's KRaft controller."
    )
    broker_heap: str = Field(
        default="384m",
        pattern=r"^\d+[kmg]$",
        description="The local broker's Java heap (`-Xmx`), such as 384m or 2g.",
    )
    start_timeout: float = Field(
        default=90.0, gt=0, description="Seconds that a part may take until it is ready."
    )
    stop_timeout: float = Field(
        default=10.0, ge=0, description="Seconds that a part may take to end by itself before it is killed."
    )


@cache
def stack_settings() -> StackSettings:
    """Return the settings, read once per process."""
    return StackSettings()


def home() -> Path:
    """Return `HEED_HOME` as an absolute path."""
    return home_settings().home.expanduser().resolve()
