"""Where the API listens, and how long it waits for what."""

from __future__ import annotations

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """The settings of the API; each is read from `HEED_API_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="HEED_API_")

    host: str = Field(default="127.0.0.1", description="The address that the API listens on.")
    port: int = Field(default=8420, ge=0, le=65535, description="The port of the API; 0 takes any free one.")
    publish_timeout_seconds: float = Field(
        default=3.0, ge=1, description="How long a command may wait for the broker before the answer is 503."
    )
    poll_seconds: float = Field(
        default=0.003,
        gt=0,
        description="Pause between two looks at the user's row while a feed waits for a command.",
    )
    refresh_seconds: float = Field(
        default=30.0, gt=0, description="Pause between two refreshes of the items' popularity."
    )
    experiment: str = Field(default="", description="The experiment that impressions are logged under.")
    variant: str = Field(default="control", description="The variant that impressions are logged under.")


@cache
def api_settings() -> ApiSettings:
    """Return the settings, read once per process."""
    return ApiSettings()
