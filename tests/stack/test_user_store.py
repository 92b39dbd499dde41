"""Reading people and popularity from a real Feast: one call, whole values, nobody is an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.stack

ROOT = Path(__file__).parents[2]

# A process of its own: Feast's declarations read HEED_HOME when they are imported.
SCRIPT = """
import json, sys, time
from contextlib import closing

import numpy as np

sys.path.insert(0, {batch_tests!r})
from plants import interactions, plants

from agents.types import Intent, Preference
from batch.backfill import backfill_tables
from batch.behaviors import BEHAVIORS
from batch.database import connect, write_parquet
from batch.materialize import materialize
from batch.tables import USER_INTENT, table_path
from catalog.settings import home_settings
from feature_repo.store import open_store
from ranking.errors import FeatureStoreError, StoredIntentError
from ranking.popularity import PopularityTable
from ranking.store import UserStore
from streaming.events import ItemPopularity
from streaming.online_rows import Row, intent_row, popularity_row
from streaming.online_view import OnlineView

answers = {{}}
try:
    UserStore(open_store())
except FeatureStoreError as error:
    answers["unapplied"] = str(error)

home, catalog = home_settings().home, plants()
deeds = interactions([("u", "a", "rate", 5.0, 0), ("u", "b", "hide", None, 60), ("v", "c", "watch", None, 9)])
with closing(connect()) as database:
    backfill_tables(database, catalog, deeds, BEHAVIORS.empty_table(), home)
nobody = USER_INTENT.schema.empty_table().to_reader()
write_parquet(nobody, USER_INTENT.schema, table_path(home, "user_intent"))
materialize()

store = open_store()
calls = []
real = store.get_online_features
store.get_online_features = lambda *args, **more: calls.append(more["entity_rows"]) or real(*args, **more)
users = UserStore(store)
said = Intent(user_id="u", version=3, command_id="c3", recent_command_ids=("c2", "c3"), preferences=(
    Preference(field="colour", op="eq", value="red", polarity="negative", strength="hard", text="no red"),))
row = intent_row(said, lambda texts: np.ones((len(texts), 64), np.float32))
OnlineView(store, "user_intent", "user_id").write([row])
state = users.read("u")
answers["calls"] = len(calls)
answers["intent_is_whole"] = state.intent == said
behavior = state.behavior
answers["behavior"] = [behavior.event_count, behavior.positive_count, behavior.recent_item_ids,
    behavior.seen_item_ids, behavior.category_affinity, behavior.number_mean, behavior.version]
answers["said_nothing"] = [users.read("v").intent.version, users.read("v").behavior.event_count]
unknown = users.read("nobody")
answers["unknown"] = [unknown.intent.user_id, unknown.intent.version, unknown.behavior.version]

broken = Row("w", 1, row.at, {{**row.values, "intent": type(row.values["intent"])(string_val="[1")}})
OnlineView(store, "user_intent", "user_id").write([broken])
try:
    users.read("w")
except StoredIntentError as error:
    answers["broken"] = str(error)

table = PopularityTable(catalog, store)
answers["offline"] = table.load(table_path(home, "item_popularity")).event_count.tolist()
now = int(time.time() * 1e6)
OnlineView(store, "item_popularity", "item_id").write([popularity_row(ItemPopularity(item_id="e",
    event_count=40, positive_count=30, rating_mean=4.0, popularity_30d=30.0, last_event_at=now, version=40))])
fresh = table.refresh()
answers["online"] = fresh.event_count.tolist()
answers["most_wanted"] = int(fresh.demand_share.argmax())
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    environment = {
        **os.environ,
        "HEED_HOME": str(tmp_path_factory.mktemp("home")),
        "PYTHONPATH": str(ROOT),
    }
    script = SCRIPT.format(batch_tests=str(ROOT / "tests" / "batch"))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_without_definitions_it_says_how_to_apply_them(answers: dict[str, Any]) -> None:
    assert "feast apply" in answers["unapplied"]


def test_a_person_is_one_call(answers: dict[str, Any]) -> None:
    assert answers["calls"] == 1


def test_the_intent_comes_back_whole(answers: dict[str, Any]) -> None:
    assert answers["intent_is_whole"]


def test_the_behaviour_is_what_the_backfill_computed(answers: dict[str, Any]) -> None:
    # One rose rated with five stars, one fern hidden; roses are red and cost 10.
    assert answers["behavior"][:4] == [2, 1, ["a"], ["a", "b"]]
    assert answers["behavior"][4] == pytest.approx([1.0, -1.0, 0.0], abs=1e-4)
    assert answers["behavior"][5:] == [[10.0, 50.0], 2]


def test_who_said_nothing_has_the_empty_intent(answers: dict[str, Any]) -> None:
    assert answers["said_nothing"] == [0, 1]


def test_somebody_unknown_is_nobody_and_no_error(answers: dict[str, Any]) -> None:
    assert answers["unknown"] == ["nobody", 0, 0]


def test_an_intent_that_cannot_be_read_is_refused_and_not_ignored(answers: dict[str, Any]) -> None:
    assert "user w" in answers["broken"] and "heed intent reset" in answers["broken"]


def test_popularity_is_the_table_and_then_what_the_stream_wrote(answers: dict[str, Any]) -> None:
    assert answers["offline"] == [1, 1, 1, 0, 0]
    assert answers["online"] == [1, 1, 1, 0, 40]
    assert answers["most_wanted"] == 4
