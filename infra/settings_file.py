"""The settings file: `heed.toml` in the checkout, or where `HEED_SETTINGS` points; lines of `name = value`.

A setting `HEED_BROKER_PORT` is `broker_port` here. The environment wins over the file, the file over the
defaults. `docs/settings.md` lists every name. Reading needs the standard library only: bootstrapping uses it.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from infra.errors import SettingsFileError

CHECKOUT = Path(__file__).resolve().parent.parent
PREFIX = "HEED_"


def settings_path() -> Path:
    """Return where the settings file is looked for."""
    return Path(os.environ.get("HEED_SETTINGS") or CHECKOUT / "heed.toml").expanduser()


def read_settings_file() -> dict[str, str]:
    """Return the file's settings by environment name (`HEED_BROKER_PORT`); empty where there is no file.

    Raises
    ------
    SettingsFileError
        The file is not TOML, holds something other than `name = value`, or `HEED_SETTINGS` names no file.
    """
    path = settings_path()
    if not path.exists():
        if "HEED_SETTINGS" in os.environ:
            raise SettingsFileError(f"HEED_SETTINGS is {path}, and there is no such file.")
        return {}
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsFileError(f"{path} cannot be read as TOML: {error}.") from error
    values = {}
    for name, value in document.items():
        if isinstance(value, dict | list):
            raise SettingsFileError(f"{path}: `{name}` must be one value, such as `broker_port = 19092`.")
        values[PREFIX + name.upper()] = str(value).lower() if isinstance(value, bool) else str(value)
    return values


def home_folder() -> Path:
    """Return `HEED_HOME` as an absolute path: environment, settings file, or `.heed` in the checkout."""
    named = os.environ.get("HEED_HOME") or read_settings_file().get("HEED_HOME")
    return Path(named).expanduser().resolve() if named else CHECKOUT / ".heed"
