"""The online store against a real Feast: what the tables hold comes back, and newer rows stay."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.stack

HERE = Path(__file__).parent

# A process of its own: Feast's declarations read HEED_HOME when they are imported.
SCRIPT = """
import json
from contextlib import closing
from batch.backfill import backfill_tables
from batch.behaviors import BEHAVIORS
from batch.database import connect, write_parquet
from batch.materialize import materialize
from batch.tables import USER_INTENT, table_path
from catalog.settings import home_settings
from feature_repo.store import open_store
from plants import interactions, plants
from streaming.events import BehaviorFeatures
from streaming.online_rows import behavior_row
from streaming.online_view import OnlineView

home = home_settings().home
deeds = interactions([("u", "a", "rate", 5.0, 0), ("u", "b", "hide", None, 60), ("v", "c", "watch", None, 9)])
with closing(connect()) as database:
    backfill_tables(database, plants(), deeds, BEHAVIORS.empty_table(), home)
nobody = USER_INTENT.schema.empty_table().to_reader()
write_parquet(nobody, USER_INTENT.schema, table_path(home, "user_intent"))
first = materialize()
store = open_store()
ahead = BehaviorFeatures(user_id="u", event_count=9, positive_count=9, rating_count=0, rating_mean=0.0,
    activity_30d=9.0, category_affinity=(1.0, 0.0, 0.0), number_mean=(0.0, 0.0), number_count=(0, 0),
    recent_item_ids=("d",), seen_item_ids=("d",), last_event_at=1, version=9)
OnlineView(store, "user_behavior", "user_id").write([behavior_row(ahead)])
second = materialize()
features = ["user_behavior:version", "user_behavior:seen_item_ids", "user_behavior:category_affinity"]
people = store.get_online_features(features=features, entity_rows=[{"user_id": u} for u in "uv"]).to_dict()
items = store.get_online_features(features=["item_profile:title", "item_popularity:event_count"],
    entity_rows=[{"item_id": i} for i in "ae"]).to_dict()
written = {"first": dict(first.written), "second": dict(second.written)}
print(json.dumps({**written, "people": people, "items": items}))
"""


def test_the_online_store_holds_the_tables_and_never_goes_back(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "HEED_HOME": str(tmp_path),
        "PYTHONPATH": f"{HERE}{os.pathsep}{HERE.parents[1]}",
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["first"] == {"user_behavior": 2, "item_popularity": 3, "user_intent": 0, "item_profile": 5}
    # The stream was ahead for `u`: its row of version 9 stays.
    assert found["second"] == {"user_behavior": 0, "item_popularity": 0, "user_intent": 0, "item_profile": 5}
    assert found["people"]["version"] == [9, 1]
    assert found["people"]["seen_item_ids"] == [["d"], ["c"]]
    # `c` is green and blue, and a watch says 0.6.
    assert found["people"]["category_affinity"][1] == [0.0, 0.6, 0.6]
    assert found["items"] == {
        "item_id": ["a", "e"],
        "title": ["Rose", "Moss"],
        "event_count": [1, None],
    }
