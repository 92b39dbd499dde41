"""The API over real Kafka, Flink and Feast: words change the feed, clicks too, and outages are said."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from kafka import KafkaConsumer

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]


def say(stack, user, text, **more):
    status, answer = stack.call("POST", "/v1/commands", {"user_id": user, "text": text} | more)
    assert status == 202, answer
    return answer["command_id"]


def feed(stack, user, **query):
    status, answer = stack.call("GET", f"/v1/feed?{urlencode({'user_id': user} | query)}")
    assert status == 200, answer
    return answer


def eventually(look, seconds=15.0):
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return seen


def test_a_refusal_in_words_holds_for_the_whole_next_feed(whole_stack):
    user = f"words-{uuid4().hex}"
    before = feed(whole_stack, user, limit=100)
    assert any("Horror" in item["genre"] for item in before["items"])
    after = feed(
        whole_stack, user, limit=100, timeout_ms=10_000, after=say(whole_stack, user, "no more horror")
    )
    assert after["stale"] is False
    assert len(after["items"]) == 100
    assert not any("Horror" in item["genre"] for item in after["items"])
    assert [one["label"] for one in after["intent"]["preferences"]] == ["no Horror"]


def test_every_command_is_in_the_feed_that_is_asked_for_after_it(whole_stack):
    feed(whole_stack, "own", after=say(whole_stack, "own", "hello"), timeout_ms=10_000)
    for number in range(20):
        command_id = say(whole_stack, "own", f"something under {90 + number} minutes")
        served = feed(whole_stack, "own", after=command_id, timeout_ms=5_000, limit=1)
        assert served["stale"] is False
        assert served["intent"]["command_id"] == command_id


def test_a_chip_is_removed_brought_back_and_all_are_cleared(whole_stack):
    user, path = "clicks", "/v1/users/clicks/intent"

    def after(answer):
        status, body = answer
        assert status == 202, body
        served = feed(whole_stack, user, after=body["command_id"], timeout_ms=10_000, limit=5)
        assert served["stale"] is False
        return [one["label"] for one in served["intent"]["preferences"]]

    feed(whole_stack, user, after=say(whole_stack, user, "no horror", session_id="visit"), timeout_ms=10_000)
    (chip,) = whole_stack.call("GET", path)[1]["preferences"]
    assert after(whole_stack.call("PATCH", path, {"forget": [chip["id"]]})) == []
    assert after(whole_stack.call("PATCH", path, {"undo": True})) == ["no Horror"]
    assert after(whole_stack.call("DELETE", path)) == []


def test_what_is_hidden_leaves_the_feed_and_stays_away(whole_stack):
    user = "hider"
    first = feed(whole_stack, user, limit=3)["items"][0]["item_id"]
    status, _ = whole_stack.call("POST", "/v1/behaviors", {"user_id": user, "item_id": first, "kind": "hide"})
    assert status == 202
    assert eventually(lambda: feed(whole_stack, user)["behavior_version"] >= 1)
    served = feed(whole_stack, user, limit=100)
    assert first not in [item["item_id"] for item in served["items"]]


def test_a_served_slate_is_on_the_impressions_topic(whole_stack):
    served = feed(whole_stack, "looker", limit=4)
    consumer = KafkaConsumer(
        "feed-impressions",
        bootstrap_servers=whole_stack.bootstrap,
        auto_offset_reset="earliest",
        consumer_timeout_ms=10_000,
    )
    try:
        logged = (json.loads(record.value) for record in consumer)
        found = next((one for one in logged if one["slate_id"] == served["slate_id"]), None)
    finally:
        consumer.close()
    assert found is not None
    assert found["item_ids"] == [item["item_id"] for item in served["items"]]


def test_a_command_that_the_stream_refuses_waits_no_longer_than_asked(whole_stack):
    """Twice the same id: the second takes no effect, and the first is what `after` finds."""
    first = say(whole_stack, "twice", "no horror", command_id="same-id")
    assert feed(whole_stack, "twice", after=first, timeout_ms=10_000)["intent"]["version"] == 1
    say(whole_stack, "twice", "no drama", command_id="same-id")
    served = feed(whole_stack, "twice", after="same-id")
    assert served["intent"]["version"] == 1
    started = time.monotonic()
    assert feed(whole_stack, "twice", after="no-such-command", timeout_ms=300)["stale"] is True
    assert time.monotonic() - started < 3


def test_a_taken_port_is_said_in_one_sentence_before_anything_is_loaded(whole_stack):
    started = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-m", "ranking.service"],
        capture_output=True,
        text=True,
        env=whole_stack.environment,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "HEED_API_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert time.monotonic() - started < 15


def test_the_service_ends_by_itself_when_told_to(whole_stack):
    process = subprocess.Popen(
        [sys.executable, "-m", "ranking.service"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=whole_stack.environment | {"HEED_API_PORT": "0", "HEED_BOOTSTRAP_SERVERS": whole_stack.bootstrap},
    )
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert (ready["event"], ready["part"]) == ("ready", "api")
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0, said
    assert "Traceback" not in said


def test_without_a_broker_commands_are_refused_feeds_go_on_and_all_heals(whole_stack):
    (broker,) = [
        part
        for part in json.loads(whole_stack.heed("status", "--json").stdout)["parts"]
        if part["name"] == "broker"
    ]
    os.kill(broker["pid"], signal.SIGKILL)
    try:
        started = time.monotonic()
        status, answer = whole_stack.call("POST", "/v1/commands", {"user_id": "out", "text": "no horror"})
        assert (status, answer["error"]["code"]) == (503, "broker_unavailable")
        assert time.monotonic() - started < 6
        assert feed(whole_stack, "out", limit=5)["items"]
        assert whole_stack.call("GET", "/healthz")[1]["status"] == "degraded"
    finally:
        healed = whole_stack.heed("up")
    assert healed.returncode == 0, healed.stdout + healed.stderr

    def accepted():
        status, answer = whole_stack.call("POST", "/v1/commands", {"user_id": "out", "text": "no drama"})
        return answer["command_id"] if status == 202 else None

    command_id = eventually(accepted, 30)
    assert command_id
    served = eventually(
        lambda: (
            (found := feed(whole_stack, "out", after=command_id, timeout_ms=10_000))["stale"] is False
            and found
        ),
        60,
    )
    assert [one["label"] for one in served["intent"]["preferences"]] == ["no Drama"]
