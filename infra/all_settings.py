"""Every room's settings in one list: for the settings file, for `docs/settings.md` and for `heed doctor`.

A room declares its settings beside their use; nothing is declared here, the modules that do are found.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from catalog.errors import nearest
from infra.errors import SettingsFileError
from infra.settings_file import CHECKOUT, PREFIX, read_settings_file, settings_path

ROOMS = ("catalog", "agents", "feature_repo", "streaming", "ranking", "batch", "infra")

# Read before any settings class exists, or marks that the stack gives to its own processes.
OTHER_NAMES = ("HEED_SETTINGS", "HEED_PART", "HEED_STACK")


@dataclass(frozen=True)
class Setting:
    """One setting: its name in the environment and in the settings file, and what its class says of it."""

    room: str
    environment: str
    default: str
    description: str

    @property
    def key(self) -> str:
        """The name in the settings file."""
        return self.environment.removeprefix(PREFIX).lower()


def settings_classes() -> list[type[BaseSettings]]:
    """Return the settings classes of all rooms, in the order of the rooms."""
    classes = []
    for room in ROOMS:
        for path in sorted((CHECKOUT / room).rglob("*.py")):
            if "(BaseSettings)" not in path.read_text(encoding="utf-8"):
                continue
            name = ".".join(path.relative_to(CHECKOUT).with_suffix("").parts)
            module = importlib.import_module(name)
            found = [value for value in vars(module).values() if isinstance(value, type)]
            classes += [c for c in found if issubclass(c, BaseSettings) and c.__module__ == name]
    return classes


def every_setting() -> list[Setting]:
    """Return every setting, each name once, in the order of the rooms."""
    settings = {}
    for owner in settings_classes():
        prefix = owner.model_config.get("env_prefix", "")
        for name, field in owner.model_fields.items():
            environment = (prefix + name).upper()
            settings[environment] = Setting(
                room=owner.__module__.split(".")[0],
                environment=environment,
                default=_shown_default(owner, name),
                description=field.description or "",
            )
    return list(settings.values())


def checked_settings_file() -> Mapping[str, str]:
    """Return the settings file's values by environment name, every name known and every value acceptable.

    Raises
    ------
    SettingsFileError
        A name that no room declares, with the nearest one, or a value that its setting refuses.
    """
    values = read_settings_file()
    known = [setting.environment for setting in every_setting()]
    for name in values:
        if name not in known:
            key = name.removeprefix(PREFIX).lower()
            hint = nearest(key, [other.removeprefix(PREFIX).lower() for other in known])
            raise SettingsFileError(
                f"{settings_path()} sets `{key}`, which is no setting{hint}; docs/settings.md lists all."
            )
    return values


def unknown_variables(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return one sentence for each `HEED_` variable of the environment that no room declares."""
    known = [setting.environment for setting in every_setting()] + list(OTHER_NAMES)
    return [
        f"{name} is set, but is no setting{nearest(name, known)}."
        for name in sorted(environment)
        if name.startswith(PREFIX) and name not in known
    ]


def refused_value(error: ValidationError) -> str:
    """Return the sentence for a value that a settings class refused."""
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else "a setting"
    owners = {owner.__name__: owner for owner in settings_classes()}
    prefix = owners[error.title].model_config.get("env_prefix", "") if error.title in owners else PREFIX
    return f"{(prefix + name).upper()} is {first['input']!r}: {first['msg'].lower()}; see docs/settings.md."


def is_settings_error(error: ValidationError) -> bool:
    """Say whether a validation failed in a settings class (and not in some other model)."""
    return error.title in {owner.__name__ for owner in settings_classes()}


def _shown_default(owner: type[BaseSettings], name: str) -> str:
    field = owner.model_fields[name]
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined:
        return "(must be set)"
    if isinstance(value, Path):
        return str(value.relative_to(CHECKOUT)) if value.is_relative_to(CHECKOUT) else str(value)
    return str(value)
