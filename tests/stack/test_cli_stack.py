"""The commands and the demonstration against the whole running stack."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]


def state_of(stack, name: str) -> dict[str, object]:
    parts = json.loads(stack.heed("status", "--json").stdout)["parts"]
    return next(part for part in parts if part["name"] == name)


def feed_of(stack, user: str, *words: str) -> dict[str, object]:
    answer = stack.heed("feed", "--user", user, "--json", *words)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_status_names_every_part_its_address_and_the_memory_of_all_is_under_four_gigabytes(whole_stack):
    now = json.loads(whole_stack.heed("status", "--json").stdout)
    assert {part["name"]: part["state"] for part in now["parts"]} == dict.fromkeys(
        ("broker", "intent-job", "behavior-job", "sink", "api"), "running"
    )
    assert now["bootstrap_servers"] == whole_stack.bootstrap
    assert now["api"] == whole_stack.api
    assert all(part["pid"] for part in now["parts"])
    assert sum(part["memory_mb"] for part in now["parts"]) < 4096


def test_a_feed_is_items_with_title_genre_list_year_score_and_reasons(whole_stack):
    served = feed_of(whole_stack, "1", "--limit", "7")
    assert len(served["items"]) == 7
    for item in served["items"]:
        assert {"item_id", "title", "genre", "year", "score", "reasons"} <= set(item)
        assert isinstance(item["genre"], list)
    assert isinstance(served["intent_version"], int)


def test_what_is_said_changes_the_feed_and_undo_brings_it_back(whole_stack):
    said = whole_stack.heed("say", "no more drama", "--user", "cli-1", "--json", "--limit", "20")
    assert said.returncode == 0, said.stderr
    obeyed = json.loads(said.stdout)["feed"]
    assert obeyed["stale"] is False
    assert not any("Drama" in item["genre"] for item in obeyed["items"])
    shown = whole_stack.heed("intent", "show", "--user", "cli-1")
    assert "Drama" in shown.stdout
    undone = json.loads(whole_stack.heed("intent", "undo", "--user", "cli-1", "--json").stdout)
    assert undone["preferences"] == []
    assert any("Drama" in item["genre"] for item in feed_of(whole_stack, "cli-1")["items"])


def test_a_place_in_the_feed_is_that_of_the_feed_that_was_shown(whole_stack):
    second = feed_of(whole_stack, "cli-3")["items"][1]["item_id"]
    said = whole_stack.heed("say", "never show me the second one again", "--user", "cli-3", "--json")
    obeyed = json.loads(said.stdout)["feed"]
    assert obeyed["stale"] is False
    assert second not in [item["item_id"] for item in obeyed["items"]]


def test_one_preference_is_forgotten_by_its_id_and_the_others_stay(whole_stack):
    whole_stack.heed("say", "no more horror", "--user", "cli-2")
    whole_stack.heed("say", "only from the 90s", "--user", "cli-2")
    wanted = json.loads(whole_stack.heed("intent", "show", "--user", "cli-2", "--json").stdout)["preferences"]
    assert {one["field"] for one in wanted} == {"genre", "year"}
    year = next(one["id"] for one in wanted if one["field"] == "year")
    left = json.loads(whole_stack.heed("intent", "forget", year, "--user", "cli-2", "--json").stdout)
    assert [one["field"] for one in left["preferences"]] == ["genre"]
    assert (
        json.loads(whole_stack.heed("intent", "reset", "--user", "cli-2", "--json").stdout)["preferences"]
        == []
    )


def test_a_behaviour_reaches_the_feed(whole_stack):
    before = feed_of(whole_stack, "cli-3")
    first = before["items"][0]["item_id"]
    assert whole_stack.heed("behave", "hide", first, "--user", "cli-3").returncode == 0
    deadline = time.monotonic() + 60
    while feed_of(whole_stack, "cli-3")["behavior_version"] == before["behavior_version"]:
        assert time.monotonic() < deadline, "the behaviour had no effect"
        time.sleep(0.2)
    assert first not in [item["item_id"] for item in feed_of(whole_stack, "cli-3")["items"]]


def test_explain_shows_each_part_with_its_count_and_its_time(whole_stack):
    answer = whole_stack.heed("feed", "--user", "1", "--explain")
    assert answer.returncode == 0
    for name in ("filter", "matcher", "attenuator", "aggregator", "gate"):
        assert name in answer.stdout


def test_parse_answers_each_line_in_order_and_at_once(whole_stack):
    command = [sys.executable, "-m", "infra.cli", "parse", "-"]
    parser = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=whole_stack.environment, text=True
    )
    assert parser.stdin is not None
    assert parser.stdout is not None
    pointing = {"text": "the second one looks good", "shown_item_ids": ["1", "6"], "command_id": "c7"}
    lines = {
        "no more horror": "no more horror",
        json.dumps(pointing): "the second one looks good",
        "": "",
        "{not json": "{not json",
        '{"text": 7}': '{"text": 7}',
        "😀\u202e\x01": "😀\u202e\x01",
    }
    answers = []
    for line, text in lines.items():  # each answer is read before the next line is written
        parser.stdin.write(line + "\n")
        parser.stdin.flush()
        answers.append(json.loads(parser.stdout.readline()))
        assert answers[-1]["text"] == text
    assert ("Horror", "negative") in [(p["value"], p["polarity"]) for p in answers[0]["preferences"]]
    assert [(p["field"], p["value"]) for p in answers[1]["preferences"]] == [("item", "6")]
    assert answers[1]["command_id"] == "c7"
    parser.stdin.close()
    assert parser.wait(timeout=60) == 0


def test_a_killed_part_is_seen_and_up_heals_it_without_touching_the_others(whole_stack):
    before = {
        part["name"]: part["pid"] for part in json.loads(whole_stack.heed("status", "--json").stdout)["parts"]
    }
    os.kill(before["sink"], signal.SIGKILL)
    deadline = time.monotonic() + 60
    while state_of(whole_stack, "sink")["state"] != "crashed":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    healed = whole_stack.heed("up")
    assert healed.returncode == 0, healed.stderr
    after = {
        part["name"]: part["pid"] for part in json.loads(whole_stack.heed("status", "--json").stdout)["parts"]
    }
    assert after["sink"] not in (None, before["sink"])
    assert {**after, "sink": 0} == {**before, "sink": 0}


def test_the_demonstration_proves_that_the_feed_obeys(whole_stack):
    demo = subprocess.run(
        [sys.executable, "-m", "infra.demo"],
        capture_output=True,
        text=True,
        check=False,
        env=whole_stack.environment,
    )
    assert demo.returncode == 0, demo.stdout[-3000:] + demo.stderr[-3000:]
    assert demo.stdout.count("ms from publishing to the changed feed") >= 6
    shares = re.findall(r"([\d,]+) of ([\d,]+) conditions hold \((.*?)%\)", demo.stdout)
    assert [share for _, _, share in shares] == ["100.0", "100.0"]
    # Seven slates of twenty, several conditions each: a proof over an empty feed would be none.
    assert all(int(total.replace(",", "")) > 140 for _, total, _ in shares)
    assert f"The page: {whole_stack.api}/?user=" in demo.stdout
    assert "Stop:" in demo.stdout
