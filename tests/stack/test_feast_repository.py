"""The feature repository as a Feast user meets it: Feast's own commands, run in the folder."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from streaming_stack import ROOT, eventually, free_port

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

FEAST = Path(sys.executable).with_name("feast")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the embedded films, their features computed, the repository applied and materialised."""
    folder = tmp_path_factory.mktemp("heed-feast")
    heed(folder, sys.executable, "-m", "batch.backfill")
    feast(folder, "apply")
    feast(folder, "materialize-incremental", datetime.now(UTC).isoformat())
    return folder


def heed(home: Path, *command: str, **variables: str) -> str:
    environment = {**os.environ, "HEED_HOME": str(home), **variables}
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr[-2000:]
    return answer.stdout


def feast(home: Path, *arguments: str) -> str:
    config = heed(home, sys.executable, "-m", "feature_repo.store").strip()
    return heed(home, str(FEAST), "-c", str(ROOT / "feature_repo"), "-f", config, *arguments)


def store(home: Path) -> Any:
    from feast import FeatureStore

    return FeatureStore(
        repo_path=str(ROOT / "feature_repo"), fs_yaml_file=home / "feast" / "feature_store.yaml"
    )


def test_apply_a_second_time_changes_nothing(home: Path) -> None:
    assert "Created" not in feast(home, "apply")


def test_feast_lists_what_the_contract_names(home: Path) -> None:
    listed = feast(home, "feature-views", "list")
    for name in ("user_behavior", "user_intent", "item_popularity", "item_profile"):
        assert name in listed
    assert {service.name for service in store(home).list_feature_services()} == {"feed_v1", "training_v1"}


def test_materialised_history_is_read_online(home: Path) -> None:
    opened = store(home)
    answer = opened.get_online_features(
        features=opened.get_feature_service("feed_v1"),
        entity_rows=[{"user_id": "15"}],
        full_feature_names=True,
    ).to_dict()
    assert answer["user_behavior__version"][0] > 100
    assert len(answer["user_behavior__seen_item_ids"][0]) > 100
    assert answer["user_intent__version"] == [None]


def test_an_items_profile_is_read_online(home: Path) -> None:
    answer = store(home).get_online_features(
        features=["item_profile:title", "item_profile:genre"], entity_rows=[{"item_id": "6"}]
    )
    profile = answer.to_dict()
    assert profile["title"] == ["Heat"]
    assert "Crime" in profile["genre"][0]


def test_training_rows_are_as_of_their_moment_and_none_is_dropped(home: Path) -> None:
    import pandas as pd

    moments = [datetime(1990, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)]
    labels = pd.DataFrame({"user_id": ["15", "15"], "item_id": ["6", "6"], "event_timestamp": moments})
    rows = (
        store(home)
        .get_historical_features(
            entity_df=labels, features=["user_behavior:version", "item_popularity:event_count"]
        )
        .to_df()
        .sort_values("event_timestamp")
    )
    assert len(rows) == 2
    assert rows["event_count"].isna().tolist() == [True, False]


def test_a_pushed_intent_is_read_back(home: Path) -> None:
    import pandas as pd
    from feast.data_source import PushMode

    opened = store(home)
    row = {
        "user_id": "pushed",
        "event_timestamp": datetime.now(UTC),
        "intent": "{}",
        "version": 1,
        "last_command_id": "c1",
        "recent_command_ids": ["c1"],
        "positive_hard": 0,
        "positive_soft": 0,
        "negative_hard": 0,
        "negative_soft": 0,
        "positive_embedding": [0.0] * 64,
        "negative_embedding": [0.0] * 64,
    }
    opened.push("user_intent_push", pd.DataFrame([row]), to=PushMode.ONLINE)
    answer = opened.get_online_features(
        features=["user_intent:last_command_id"], entity_rows=[{"user_id": "pushed"}]
    )
    assert answer.to_dict()["last_command_id"] == ["c1"]


@pytest.mark.skipif(
    importlib.util.find_spec("grpc_health") is None,
    reason="feast ui needs grpcio-health-checking and grpcio-reflection, which Feast does not bring",
)
def test_feast_ui_answers(home: Path) -> None:
    port = free_port()
    config = heed(home, sys.executable, "-m", "feature_repo.store").strip()
    command = [str(FEAST), "-c", str(ROOT / "feature_repo"), "-f", config, "ui", "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "HEED_HOME": str(home)}, stderr=subprocess.DEVNULL
    )

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    try:
        assert eventually(answers, seconds=90)
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.mark.skipif(
    shutil.which("redis-server") is None, reason="needs redis-server (apt install redis-server)"
)
def test_one_variable_moves_the_online_features_to_redis(home: Path, tmp_path: Path) -> None:
    """The sink's own view writer, on Redis: newer versions overwrite, older ones do not."""
    port = free_port()
    server = subprocess.Popen(["redis-server", "--port", str(port), "--save", "", "--dir", str(tmp_path)])
    try:
        time.sleep(1)
        program = "\n".join(
            [
                "from datetime import UTC, datetime",
                "from agents.types import empty_intent",
                "import msgspec, numpy as np",
                "from feature_repo.store import apply, open_store",
                "apply()",
                "from streaming.online_rows import intent_row",
                "from streaming.online_view import OnlineView, ensure_tables, prepare_sqlite",
                "store = open_store(); ensure_tables(store); prepare_sqlite(store)",
                "now = datetime.now(UTC)",
                "def row(version): return intent_row(msgspec.structs.replace("
                "empty_intent('7'), version=version, updated_at=now), lambda texts: np.zeros((1, 64)))",
                "for version in (2, 1, 3): OnlineView(store, 'user_intent', 'user_id').write([row(version)])",
                "answer = store.get_online_features(['user_intent:version'], [{'user_id': '7'}]).to_dict()",
                "assert answer['version'] == [3], answer",
                "assert type(store._get_provider().online_store).__name__ == 'RedisOnlineStore'",
            ]
        )
        (tmp_path / "features").symlink_to(home / "features")
        heed(tmp_path, sys.executable, "-c", program, HEED_REDIS=f"127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_the_rows_of_the_tables_are_unique_in_key_and_time(home: Path) -> None:
    import pyarrow.parquet as pq

    for name, key in (("user_behavior", "user_id"), ("item_popularity", "item_id")):
        table = pq.read_table(home / "features" / f"{name}.parquet", columns=[key, "event_timestamp"])
        assert pa.TableGroupBy(table, [key, "event_timestamp"]).aggregate([]).num_rows == table.num_rows
