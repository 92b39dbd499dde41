"""Where the teacher is, and how much may be asked of it while the stack runs."""

from __future__ import annotations

from functools import cache

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class TeacherSettings(BaseSettings):
    """`HEED_TEACHER_URL` and what goes with it. Without a URL and a model nothing is ever sent anywhere."""

    model_config = SettingsConfigDict(env_prefix="HEED_TEACHER_")

    url: str = Field(
        default="",
        description="An OpenAI-compatible endpoint, such as http://127.0.0.1:8000/v1. Where it and the model "
        "are set, the words of doubtful commands are sent there, and nothing that says whose they are.",
    )
    model: str = Field(default="", description="The teacher's model, by the endpoint's name for it.")
    key: SecretStr = Field(default=SecretStr(""), description="The endpoint's key, where it wants one.")
    timeout: float = Field(default=30.0, gt=0, description="Seconds that one answer may take.")
    requests_per_minute: float = Field(
        default=60.0, gt=0, description="The most requests a minute that the stack sends to the teacher."
    )
    concurrency: int = Field(default=4, ge=1, description="Requests that are under way at once.")
    patience_seconds: float = Field(
        default=600.0, gt=0, description="A command that is older than this is not sent to the teacher."
    )

    @property
    def configured(self) -> bool:
        """Whether there is a teacher."""
        return bool(self.url and self.model)


@cache
def teacher_settings() -> TeacherSettings:
    """Return the settings, read once per process."""
    return TeacherSettings()
