"""Which configuration is in force, and that the declarations are what the tables hold."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.settings import home_settings
from feature_repo.store import REPOSITORY, config_file


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HEED_HOME", str(tmp_path))
    monkeypatch.delenv("HEED_REDIS", raising=False)
    home_settings.cache_clear()
    yield tmp_path
    home_settings.cache_clear()


def test_without_a_home_of_its_own_it_is_the_file_in_the_folder(home: Path, monkeypatch: Any) -> None:
    monkeypatch.delenv("HEED_HOME")
    home_settings.cache_clear()
    assert config_file() == REPOSITORY / "feature_store.yaml"


def test_another_home_moves_registry_and_online_store(home: Path) -> None:
    path = config_file()
    assert path == home / "feast" / "feature_store.yaml"
    config = yaml.safe_load(path.read_text())
    assert config["registry"] == str(home / "feast" / "registry.db")
    assert config["online_store"]["path"] == str(home / "feast" / "online_store.db")


def test_one_variable_moves_the_online_store_to_redis(home: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("HEED_REDIS", "localhost:6379")
    config = yaml.safe_load(config_file().read_text())
    assert config["online_store"]["type"] == "redis"
    assert config["online_store"]["connection_string"] == "localhost:6379"
    assert config["offline_store"]["type"] == "duckdb"


@pytest.mark.parametrize("table", ["USER_BEHAVIOR", "ITEM_POPULARITY", "USER_INTENT"])
def test_a_view_declares_what_its_table_holds(table: str) -> None:
    from batch import tables

    declared = _declared_features(getattr(tables, table).name)
    columns = [name for name in getattr(tables, table).schema.names if name not in _NO_FEATURES]
    assert declared == columns


_NO_FEATURES = ("user_id", "item_id", "event_timestamp")


def _declared_features(view: str) -> list[str]:
    """Read the names from the declaration's text: importing it would take Feast's six seconds."""
    tree = ast.parse((REPOSITORY / "views.py").read_text())
    call = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == view
        and isinstance(node.value, ast.Call)
    )
    schema = next(keyword.value for keyword in call.keywords if keyword.arg == "schema")
    assert isinstance(schema, ast.List)
    return [ast.literal_eval(field.keywords[0].value) for field in schema.elts if isinstance(field, ast.Call)]
