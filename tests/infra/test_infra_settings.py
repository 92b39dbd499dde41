"""One settings file: the environment wins over it, it wins over the defaults, and a wrong name is refused."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra import environment
from infra.all_settings import (
    ROOMS,
    checked_settings_file,
    every_setting,
    settings_classes,
    unknown_variables,
)
from infra.errors import SettingsFileError
from infra.settings_file import CHECKOUT, home_folder


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "heed.toml"
    monkeypatch.setenv("HEED_SETTINGS", str(path))
    for name in ("HEED_HOME", "HEED_BROKER_PORT", "HEED_BOOTSTRAP_SERVERS", "HEED_API_PORT"):
        monkeypatch.delenv(name, raising=False)
    return path


def seen_by_a_command(variables: dict[str, str]) -> str:
    code = (
        "from infra.environment import prepare_environment; prepare_environment()\n"
        "from infra.settings import stack_settings; from infra.parts import api_address, bootstrap_servers\n"
        "print(stack_settings().broker_port, bootstrap_servers(), api_address())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **variables},
    )
    return answer.stdout.strip()


def test_the_file_wins_over_the_defaults(file):
    file.write_text("broker_port = 21092\napi_port = 9000\n")
    assert seen_by_a_command({}) == "21092 127.0.0.1:21092 http://127.0.0.1:9000"


def test_the_environment_wins_over_the_file(file):
    file.write_text("broker_port = 21092\n")
    assert seen_by_a_command({"HEED_BROKER_PORT": "22092"}).startswith("22092 127.0.0.1:22092")


def test_the_defaults_hold_without_a_file(file):
    file.write_text("")
    assert seen_by_a_command({}) == "19092 127.0.0.1:19092 http://127.0.0.1:8420"


def test_an_unknown_name_is_refused_with_the_nearest_one(file):
    file.write_text("brokr_port = 21092\n")
    with pytest.raises(
        SettingsFileError, match=r"`brokr_port`, which is no setting \(did you mean 'broker_port'"
    ):
        checked_settings_file()


@pytest.mark.parametrize("text", ["broker_port =", "[broker]\nport = 1\n", "broker_port = [1, 2]\n", "\x00"])
def test_a_file_that_is_not_lines_of_name_and_value_is_refused_by_name(file, text):
    file.write_text(text)
    with pytest.raises(SettingsFileError, match=str(file)):
        checked_settings_file()


def test_a_settings_file_that_is_named_but_absent_is_said(file):
    with pytest.raises(SettingsFileError, match="no such file"):
        environment.prepare_environment()


def test_home_in_the_file_moves_the_state(file, tmp_path):
    file.write_text(f'home = "{tmp_path}/elsewhere"\n')
    assert home_folder() == tmp_path / "elsewhere"


def test_a_misspelt_variable_is_noticed():
    sentences = unknown_variables({"HEED_BROKER_PROT": "1", "HEED_HOME": "/x", "PATH": "/bin"})
    assert sentences == ["HEED_BROKER_PROT is set, but is no setting (did you mean 'HEED_BROKER_PORT'?)."]


def test_every_setting_says_what_it_is():
    assert [setting.environment for setting in every_setting() if len(setting.description) < 10] == []


def test_no_two_rooms_declare_one_name():
    names = [
        (owner.model_config.get("env_prefix", "") + field).upper()
        for owner in settings_classes()
        for field in owner.model_fields
    ]
    assert sorted(names) == sorted(set(names))


def test_no_settings_class_is_overlooked():
    declared = [
        name for room in ROOMS for path in (CHECKOUT / room).rglob("*.py") for name in _declared(path)
    ]
    assert sorted(declared) == sorted(owner.__name__ for owner in settings_classes())


def _declared(path: Path) -> list[str]:
    classes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]
    return [
        node.name for node in classes if any(getattr(base, "id", "") == "BaseSettings" for base in node.bases)
    ]
