"""Where Heed keeps its state, and which domain it serves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class HomeSettings(BaseSettings):
    """`HEED_HOME` and `HEED_DOMAIN`.

    Everything that Heed writes lies under `home`; removing that folder removes every trace of it.
    """

    model_config = SettingsConfigDict(env_prefix="HEED_")

    home: Path = Field(
        default_factory=lambda: Path(__file__).resolve().parent.parent / ".heed",
        description="The folder that holds all state: data, lake, features, models, logs.",
    )
    domain: str = Field(
        default="movies", description="The domain that is served: its name, or its YAML file."
    )


@cache
def home_settings() -> HomeSettings:
    """Return the settings, read once per process."""
    return HomeSettings()
