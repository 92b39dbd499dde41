"""Put the settings file into the environment, where every room and every part looks."""

from __future__ import annotations

import os

from infra.settings_file import home_folder, settings_path


def prepare_environment() -> None:
    """Fill the gaps of the environment from the settings file, and say where the state and the broker are.

    Called once, before any settings class is read. The parts inherit the result, so one file rules them all.

    Raises
    ------
    SettingsFileError
        The file cannot be read, or names a setting that does not exist.
    """
    if settings_path().exists() or "HEED_SETTINGS" in os.environ:
        # Only now: the check reads every room's settings, which `heed --help` shall not wait for.
        from infra.all_settings import checked_settings_file

        for name, value in checked_settings_file().items():
            os.environ.setdefault(name, value)
    os.environ["HEED_HOME"] = str(home_folder())
    # The rooms' own default is Kafka's usual port; without this they would look past the local broker.
    port = os.environ.get("HEED_BROKER_PORT", "19092")
    os.environ.setdefault("HEED_BOOTSTRAP_SERVERS", f"127.0.0.1:{port}")
