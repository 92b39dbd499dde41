"""What the stream promises, on a real broker, real Flink jobs and a real Feast store."""

from __future__ import annotations

import base64
import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from streaming_stack import StreamingStack, eventually

from streaming.events import UserBehavior, UserCommand
from streaming.producer import Publisher

# The first test waits for the whole stack to start.
pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]


def somebody() -> str:
    return f"user-{uuid.uuid4()}"


def say(stack: StreamingStack, user_id: str, *texts: str, **fields: Any) -> list[str]:
    with Publisher(stack.bootstrap) as publisher:
        ids = [publisher.command(UserCommand(user_id=user_id, text=text, **fields)) for text in texts]
        publisher.flush()
    return ids


def latest_intent(stack: StreamingStack, user_id: str, version: int) -> dict[str, Any]:
    """Wait until the topic holds the version, and return its newest."""
    found = eventually(
        lambda: next(
            (v for v in stack.values("active-intents", user_id)[::-1] if v["version"] >= version), {}
        )
    )
    assert found, f"no version {version} of {user_id}'s intent:\n{stack.said('streaming.intent_job')}"
    return found


def rejection(stack: StreamingStack, payload: bytes) -> dict[str, Any]:
    """Wait for the dead letter that holds the payload."""

    def find() -> dict[str, Any]:
        letters = [json.loads(record.value) for record in stack.read("dead-letters")]
        return next((one for one in letters if base64.b64decode(one["payload"]) == payload), {})

    return eventually(find)


def test_both_jobs_run_python_in_the_jvm(streaming_stack: StreamingStack) -> None:
    modes = {streaming_stack.ready[f"streaming.{job}_job"]["mode"] for job in ("intent", "behavior")}
    assert modes == {"thread"}


def test_a_command_changes_the_intent_and_the_feast_row(streaming_stack: StreamingStack) -> None:
    user_id = somebody()
    (command_id,) = say(streaming_stack, user_id, "no horror please")
    intent = latest_intent(streaming_stack, user_id, 1)
    assert [(p["value"], p["polarity"]) for p in intent["preferences"]] == [("Horror", "negative")]
    row = eventually(lambda: _row_with(streaming_stack, user_id, command_id))
    assert json.loads(row["user_intent__intent"])["preferences"] == intent["preferences"]
    assert (row["user_intent__version"], row["user_intent__negative_hard"]) == (1, 1)
    assert sum(x * x for x in row["user_intent__negative_embedding"]) == pytest.approx(1.0)
    assert set(row["user_intent__positive_embedding"]) == {0.0}


def _row_with(stack: StreamingStack, user_id: str, command_id: str) -> dict[str, Any]:
    row = stack.online("feed_v1", user_id=user_id)
    return row if command_id in (row["user_intent__recent_command_ids"] or ()) else {}


def test_an_edit_removes_a_preference(streaming_stack: StreamingStack) -> None:
    user_id = somebody()
    say(streaming_stack, user_id, "no horror")
    chip = latest_intent(streaming_stack, user_id, 1)["preferences"][0]["id"]
    event = {"user_id": user_id, "edit": {"action": "forget", "preference_ids": [chip]}}
    streaming_stack.send("user-commands", json.dumps(event).encode(), key=user_id.encode())
    intent = latest_intent(streaming_stack, user_id, 2)
    assert intent["preferences"] == []


def test_a_stranger_needs_user_and_text_only(streaming_stack: StreamingStack) -> None:
    user_id = somebody()
    event = json.dumps({"user_id": user_id, "text": "no horror"}).encode()
    streaming_stack.send("user-commands", event, key=None)
    intent = latest_intent(streaming_stack, user_id, 1)
    assert intent["command_id"].startswith("user-commands-")
    assert intent["updated_at"] is not None


def _future(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


BAD_COMMANDS: dict[str, tuple[bytes, str]] = {
    "not JSON": (b"no more horror", "not JSON"),
    "not UTF-8": (b'{"user_id": "7", "text": "caf\xe9"}', "not JSON in UTF-8"),
    "a list": (b"[1, 2]", "Expected `object`"),
    "no text": (b'{"user_id": "7"}', "no text"),
    "empty text": (b'{"user_id": "7", "text": "  "}', "no text"),
    "only control characters": (b'{"user_id": "7", "text": "\\u0000\\u0007"}', "control characters"),
    "too long": (b'{"user_id": "7", "text": "' + b"x" * 10_001 + b'"}', "10,001 characters"),
    "no user": (b'{"text": "no horror"}', "user_id"),
    "empty user": (b'{"user_id": "", "text": "no horror"}', "`user_id` is empty"),
    "a later schema": (b'{"user_id": "7", "text": "no horror", "schema_version": 99}', "schema_version 99"),
    "the future": (
        json.dumps({"user_id": "7", "text": "no horror", "occurred_at": _future(1)}).encode(),
        "lies in the future",
    ),
    "too old": (
        json.dumps({"user_id": "7", "text": "no horror", "occurred_at": _future(-400)}).encode(),
        "over a year old",
    ),
    "what the parser dies of": (b'{"user_id": "7", "text": "explode"}', "could not apply"),
}


@pytest.mark.parametrize("name", BAD_COMMANDS)
def test_a_bad_command_is_kept_with_its_reason(streaming_stack: StreamingStack, name: str) -> None:
    payload, reason = BAD_COMMANDS[name]
    streaming_stack.send("user-commands", payload, key=b"\xff7")
    letter = rejection(streaming_stack, payload)
    assert reason in letter["reason"]
    assert (letter["topic"], letter["key"]) == ("user-commands", "\\xff7")
    assert letter["offset"] >= 0


BAD_BEHAVIORS: dict[str, tuple[bytes, str]] = {
    "unknown item": (
        b'{"user_id": "7", "item_id": "no-such-film", "kind": "click"}',
        "no item 'no-such-film'",
    ),
    "unknown kind": (b'{"user_id": "7", "item_id": "6", "kind": "sniff"}', "kind"),
    "not a number": (b'{"user_id": "7", "item_id": "6", "kind": "rate", "value": NaN}', "not JSON"),
    "no stars": (b'{"user_id": "7", "item_id": "6", "kind": "rate"}', "no `value`"),
}


@pytest.mark.parametrize("name", BAD_BEHAVIORS)
def test_a_bad_behavior_is_kept_with_its_reason(streaming_stack: StreamingStack, name: str) -> None:
    payload, reason = BAD_BEHAVIORS[name]
    streaming_stack.send("user-behaviors", payload)
    letter = rejection(streaming_stack, payload)
    assert reason in letter["reason"]
    assert letter["topic"] == "user-behaviors"


def test_a_tombstone_is_kept_as_an_empty_dead_letter(streaming_stack: StreamingStack) -> None:
    streaming_stack.send("user-commands", None, key=b"tombstone")
    letters = eventually(lambda: streaming_stack.values("dead-letters", "tombstone"))
    assert letters[0]["reason"] == "The message is empty."


def test_the_stream_goes_on_after_bad_input(streaming_stack: StreamingStack) -> None:
    streaming_stack.send("user-commands", b"\xff\xfe\x00")
    user_id = somebody()
    say(streaming_stack, user_id, "no horror")
    assert latest_intent(streaming_stack, user_id, 1)["preferences"]


@pytest.mark.parametrize(
    "text",
    [
        "no horror \U0001f600\U0001f9df\u200d\u2642\ufe0f",
        "\u05dc\u05d0 no horror",
        "\u3082\u3046 no horror \u6050\u6016",
    ],
)
def test_every_script_goes_through_unharmed(streaming_stack: StreamingStack, text: str) -> None:
    user_id = somebody()
    say(streaming_stack, user_id, text)
    preference = latest_intent(streaming_stack, user_id, 1)["preferences"][0]
    start, end = preference["span"]
    assert text[start:end] == "horror"


def test_the_same_command_twice_has_one_effect(streaming_stack: StreamingStack) -> None:
    user_id = somebody()
    say(streaming_stack, user_id, "no horror", command_id="the-same")
    say(streaming_stack, user_id, "no horror", command_id="the-same")
    say(streaming_stack, user_id, "no war")
    assert latest_intent(streaming_stack, user_id, 2)["recent_command_ids"][0] == "the-same"
    assert len(streaming_stack.values("active-intents", user_id)) == 2


def test_commands_out_of_order_end_as_if_in_order(streaming_stack: StreamingStack) -> None:
    now = datetime.now(UTC)
    in_order, shuffled = somebody(), somebody()
    said = [("no horror", now - timedelta(minutes=3)), ("only horror", now - timedelta(minutes=2))]
    for user_id, order in ((in_order, said), (shuffled, said[::-1])):
        for text, at in order:
            say(streaming_stack, user_id, text, occurred_at=at, session_id="one")
    intents = [latest_intent(streaming_stack, user_id, 2) for user_id in (in_order, shuffled)]
    wants = [[(p["value"], p["polarity"]) for p in intent["preferences"]] for intent in intents]
    assert wants[0] == wants[1] == [("Horror", "positive")]


def test_a_killed_intent_job_goes_on_without_loss_or_double_effect(streaming_stack: StreamingStack) -> None:
    user_id = somebody()
    before = say(streaming_stack, user_id, *["no horror", "no war"] * 5)
    assert latest_intent(streaming_stack, user_id, 10)["version"] == 10
    time.sleep(3)  # a checkpoint holds these
    say(streaming_stack, user_id, "only comedy")
    latest_intent(streaming_stack, user_id, 11)
    streaming_stack.kill("streaming.intent_job")
    after = say(streaming_stack, user_id, "no drama", "only western")
    ready = streaming_stack.start("streaming.intent_job")
    assert ready["restored"].startswith("chk-")
    intent = latest_intent(streaming_stack, user_id, 13)
    assert intent["version"] == 13
    assert intent["recent_command_ids"] == [*before, intent["recent_command_ids"][10], *after]


def test_behavior_features_in_feast_equal_the_pure_python_ones(streaming_stack: StreamingStack) -> None:
    """A person with history: the stream goes on where the backfill ended."""
    from catalog.signal import signal
    from catalog.store import load_catalog, load_interactions
    from streaming.features import (
        BehaviorState,
        ItemFacts,
        Observation,
        behavior_features,
        observe_behavior,
    )
    from streaming.history import History

    user_id = "15"
    now = datetime.now(UTC).replace(microsecond=0)
    deeds = [("6", "watch", None), ("50", "rate", 4.5), ("110", "hide", None), ("6", "impression", None)]
    events = [
        UserBehavior(
            user_id=user_id, item_id=item, kind=kind, value=value, occurred_at=now - timedelta(hours=i)
        )
        for i, (item, kind, value) in enumerate(deeds)
    ]
    with Publisher(streaming_stack.bootstrap) as publisher:
        for event in events:
            publisher.behavior(event)
        publisher.behavior(msgspec.structs.replace(events[0], event_id="twice"))
        publisher.behavior(msgspec.structs.replace(events[0], event_id="twice"))
        publisher.flush()
    folder = streaming_stack.home / "data" / "movies"
    facts = ItemFacts(load_catalog(folder))
    state = BehaviorState.empty(facts)
    for seen in History(load_interactions(folder), "user_id", facts).of(user_id):
        observe_behavior(state, seen)
    for event in [*events, events[0]]:
        at = int(event.occurred_at.timestamp()) * 1_000_000
        level = signal(event.kind, event.value)
        observe_behavior(
            state, Observation(event.item_id, event.kind, event.value, level, at, *facts.of(event.item_id))
        )
    wanted = msgspec.structs.asdict(behavior_features(user_id, state))
    row = eventually(lambda: _behavior_row(streaming_stack, user_id, wanted["version"]))
    for name, value in row.items():
        expected = wanted[name]
        if isinstance(value, list) and value and isinstance(value[0], float):
            assert value == pytest.approx(list(expected)), name
        else:
            assert value == (pytest.approx(expected) if isinstance(expected, float) else _plain(expected)), (
                name
            )


def _behavior_row(stack: StreamingStack, user_id: str, version: int) -> dict[str, Any]:
    row = stack.online("feed_v1", user_id=user_id)
    features = {
        name.removeprefix("user_behavior__"): v for name, v in row.items() if "user_behavior__" in name
    }
    return features if features["version"] == version else {}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def test_an_items_demand_survives_a_killed_job_and_equals_the_pure_python_one(
    streaming_stack: StreamingStack,
) -> None:
    """Sums that were under way are in the checkpoint, or their events are read again."""
    from catalog.signal import signal
    from catalog.store import load_catalog, load_interactions
    from streaming.features import (
        ItemFacts,
        Observation,
        PopularityState,
        item_popularity,
        observe_popularity,
    )
    from streaming.history import History

    item_id, now = "1210", datetime.now(UTC).replace(microsecond=0)
    deeds = [("watch", None), ("rate", 4.0), ("hide", None), ("impression", None), ("rate", 2.5)]
    events = [
        UserBehavior(
            user_id=somebody(), item_id=item_id, kind=kind, value=value, occurred_at=now - timedelta(days=i)
        )
        for i, (kind, value) in enumerate(deeds)
    ]
    with Publisher(streaming_stack.bootstrap) as publisher:
        publisher.deliver(events[:3])
        eventually(lambda: _behavior_row(streaming_stack, events[2].user_id, 1))
        streaming_stack.kill("streaming.behavior_job")
        publisher.deliver(events[3:])
    assert streaming_stack.start("streaming.behavior_job")["restored"].startswith("chk-")
    folder, state = streaming_stack.home / "data" / "movies", PopularityState()
    facts = ItemFacts(load_catalog(folder))
    for seen in History(load_interactions(folder), "item_id", facts).of(item_id):
        observe_popularity(state, seen)
    for event in events:
        at = int(event.occurred_at.timestamp()) * 1_000_000
        observe_popularity(
            state, Observation(item_id, event.kind, event.value, signal(event.kind, event.value), at)
        )
    wanted = msgspec.structs.asdict(item_popularity(item_id, state))

    def row() -> dict[str, Any]:
        names = ["version", "event_count", "positive_count", "rating_mean", "popularity_30d"]
        told = streaming_stack.online([f"item_popularity:{name}" for name in names], item_id=item_id)
        return {name: told[f"item_popularity__{name}"] for name in names}

    found = eventually(lambda: row()["version"] == wanted["version"] and row())
    assert found == pytest.approx({name: wanted[name] for name in found})


def test_with_python_in_a_process_of_its_own_and_back_nothing_is_forgotten(
    streaming_stack: StreamingStack,
) -> None:
    """What Flink falls back to where the bridge into the JVM is not to be had."""
    jobs, user_id = ("streaming.intent_job", "streaming.behavior_job"), somebody()

    def obeyed(text: str, version: int) -> list[str]:
        say(streaming_stack, user_id, text)
        return [p["value"] for p in latest_intent(streaming_stack, user_id, version)["preferences"]]

    assert obeyed("no horror", 1) == ["Horror"]
    time.sleep(3)  # a checkpoint holds it, which the other mode could not read
    streaming_stack.environment["HEED_PYTHON_MODE"] = "process"
    try:
        assert {ready["mode"] for ready in streaming_stack.restart(*jobs)} == {"process"}
        with Publisher(streaming_stack.bootstrap) as publisher:
            publisher.deliver([UserBehavior(user_id=user_id, item_id="6", kind="watch")])
        assert obeyed("no war", 2) == ["Horror", "War"]
        assert eventually(lambda: _behavior_row(streaming_stack, user_id, 1))["seen_item_ids"] == ["6"]
        time.sleep(3)
    finally:
        del streaming_stack.environment["HEED_PYTHON_MODE"]
        modes = {ready["mode"] for ready in streaming_stack.restart(*jobs)}
    assert modes == {"thread"}
    assert obeyed("no drama", 3) == ["Horror", "War", "Drama"]


def test_the_sink_rebuilds_an_empty_store_from_the_topics(streaming_stack: StreamingStack) -> None:
    user_id = somebody()
    (command_id,) = say(streaming_stack, user_id, "no horror")
    eventually(lambda: _row_with(streaming_stack, user_id, command_id))
    assert streaming_stack.stop("streaming.feast_sink") == 0
    for left in (streaming_stack.home / "feast").glob("online_store.db*"):
        left.unlink()
    streaming_stack.start("streaming.feast_sink", "--from-beginning")
    assert eventually(lambda: _row_with(streaming_stack, user_id, command_id))["user_intent__version"] == 1


def test_an_older_version_never_overwrites_a_newer_one(streaming_stack: StreamingStack) -> None:
    user_id = somebody()
    say(streaming_stack, user_id, "no horror", "no war")
    newest = latest_intent(streaming_stack, user_id, 2)
    eventually(lambda: _row_with(streaming_stack, user_id, newest["command_id"]))
    oldest = streaming_stack.values("active-intents", user_id)[0]
    streaming_stack.send("active-intents", json.dumps(oldest).encode(), key=user_id.encode())
    marker = somebody()
    (after,) = say(streaming_stack, marker, "no horror")
    eventually(lambda: _row_with(streaming_stack, marker, after))
    assert streaming_stack.online("feed_v1", user_id=user_id)["user_intent__version"] == 2
