"""What the API promises to whoever says something and asks for the feed after it."""

from __future__ import annotations

import time

import jsonschema
import pytest

from streaming.events import UserBehavior, UserCommand

USER = "42"


def say(service, text, **more):
    answer = service.http.post("/v1/commands", json={"user_id": USER, "text": text} | more)
    assert answer.status_code == 202, answer.text
    return answer.json()["command_id"]


def feed(service, **query):
    answer = service.http.get("/v1/feed", params={"user_id": USER} | query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_feed_holds_what_a_page_shows_of_each_item(films_service):
    served = feed(films_service, limit=5)
    assert len(served["items"]) == 5
    first = served["items"][0]
    assert isinstance(first["title"], str)
    assert isinstance(first["genre"], list)
    assert first["reasons"]
    assert first["breakdown"] is None
    assert served["parts"] is None
    assert served["stale"] is False


def test_explain_adds_breakdown_and_parts(films_service):
    served = feed(films_service, limit=3, explain=True)
    assert all(item["breakdown"] for item in served["items"])
    names = [part["name"] for part in served["parts"]]
    assert "gate" in names
    assert served["ranked_ms"] == pytest.approx(sum(part["milliseconds"] for part in served["parts"]))


def test_unknown_user_gets_a_feed_for_newcomers(films_service):
    answer = films_service.http.get("/v1/feed", params={"user_id": "nobody-yet"})
    assert answer.status_code == 200
    assert len(answer.json()["items"]) == 20
    assert answer.json()["intent"]["version"] == 0


def test_feed_after_a_command_obeys_it(films_service, no_horror):
    films_service.stream.says["no more horror"] = (no_horror,)
    films_service.stream.delay = 0.3
    served = feed(films_service, after=say(films_service, "no more horror"), limit=100)
    assert served["stale"] is False
    assert served["waited_ms"] >= 100
    assert served["intent_version"] == served["intent"]["version"] == 1
    assert not any("Horror" in item["genre"] for item in served["items"])
    (chip,) = served["intent"]["preferences"]
    assert chip["label"] == "no Horror"
    assert [change["kind"] for change in served["intent"]["changes"]] == ["added"]
    assert served["intent"]["changes"][0]["reason"].startswith("no Horror: ")


def test_a_command_that_takes_too_long_gives_a_stale_feed_in_time(service):
    service.stream.delay = 5.0
    command_id = say(service, "no more horror")
    started = time.perf_counter()
    served = feed(service, after=command_id, timeout_ms=100)
    assert time.perf_counter() - started < 1.0
    assert served["stale"] is True
    assert served["items"]


def test_waiting_looks_every_few_milliseconds_and_no_more(service):
    feed(service, after="never-said", timeout_ms=200)
    assert 5 <= service.stream.reads <= 70


def test_a_feed_that_waits_keeps_nobody_else_waiting(service):
    """The wait must not hold the event loop: a second client is answered while the first one waits."""
    import threading

    waiting = threading.Thread(
        target=feed, args=(service,), kwargs={"after": "never-said", "timeout_ms": 1500}
    )
    waiting.start()
    time.sleep(0.1)
    started = time.perf_counter()
    feed(service)
    assert time.perf_counter() - started < 0.5
    waiting.join()


def test_command_is_published_as_it_was_said(service):
    words = "pas d'horreur 🎬 \u202e\u0645\u0631\u062d\u202c \x07 two\nlines"
    command_id = say(service, words, session_id="s", shown_item_ids=["6", "1"], command_id="mine")
    (sent,) = service.stream.delivered
    assert command_id == sent.command_id == "mine"
    assert (sent.user_id, sent.text, sent.session_id, sent.shown_item_ids) == (USER, words, "s", ("6", "1"))
    assert sent.occurred_at.tzinfo is not None


def test_ten_thousand_characters_are_taken(service):
    say(service, "x" * 10_000)
    assert len(service.stream.delivered[0].text) == 10_000


def test_behaviors_are_published_one_or_many(service):
    one = {
        "user_id": USER,
        "item_id": "6",
        "kind": "rate",
        "value": 4.5,
        "occurred_at": "2015-01-01T00:00:00+02:00",
    }
    assert service.http.post("/v1/behaviors", json=one).json() == {"event_ids": ["e1"]}
    many = [
        one | {"event_id": "a", "kind": "hide", "value": None},
        one | {"event_id": "b", "slate_id": "s", "position": 0},
    ]
    assert service.http.post("/v1/behaviors", json=many).json() == {"event_ids": ["a", "b"]}
    assert [event.kind for event in service.stream.delivered] == ["rate", "hide", "rate"]
    assert all(isinstance(event, UserBehavior) for event in service.stream.delivered)


def test_served_slate_is_logged_as_an_impression(service):
    served = feed(service, limit=3)
    deadline = time.monotonic() + 2
    while not service.stream.impressions and time.monotonic() < deadline:
        time.sleep(0.01)
    (impression,) = service.stream.impressions
    assert impression.slate_id == served["slate_id"]
    assert list(impression.item_ids) == [item["item_id"] for item in served["items"]]
    assert list(impression.scores) == [item["score"] for item in served["items"]]


def test_a_slate_that_nobody_looks_at_is_no_impression(service):
    feed(service, limit=3, impression=False)
    served = feed(service, limit=3)
    deadline = time.monotonic() + 2
    while not service.stream.impressions and time.monotonic() < deadline:
        time.sleep(0.01)
    # They are sent one by one in the order of the answers.
    assert [impression.slate_id for impression in service.stream.impressions] == [served["slate_id"]]


def test_a_broker_that_is_down_keeps_no_feed_back(service, monkeypatch):
    def refuse(_):
        time.sleep(0.2)
        raise ConnectionError

    monkeypatch.setattr(service.stream, "impression", refuse)
    started = time.perf_counter()
    for _ in range(5):
        feed(service)
    assert time.perf_counter() - started < 0.8


def test_a_chip_is_forgotten_undone_and_all_reset(service, no_horror):
    service.stream.says["no more horror"] = (no_horror,)
    served = feed(service, after=say(service, "no more horror"))
    path = f"/v1/users/{USER}/intent"
    (chip,) = service.http.get(path).json()["preferences"]
    assert chip == served["intent"]["preferences"][0]

    forgotten = service.http.patch(path, json={"forget": [chip["id"]]})
    assert forgotten.status_code == 202
    assert feed(service, after=forgotten.json()["command_id"])["intent"]["preferences"] == []

    undone = service.http.patch(path, json={"undo": True}).json()["command_id"]
    assert [one["id"] for one in feed(service, after=undone)["intent"]["preferences"]] == [chip["id"]]

    reset = service.http.delete(path)
    assert reset.status_code == 202
    assert feed(service, after=reset.json()["command_id"])["intent"]["preferences"] == []

    edits = [
        event.edit.action
        for event in service.stream.delivered
        if isinstance(event, UserCommand) and event.edit
    ]
    assert edits == ["forget", "undo", "reset"]


def test_an_edit_belongs_to_no_session(service):
    """A session of its own would end the one that the person is in, and their preferences with it."""
    service.http.patch(f"/v1/users/{USER}/intent", json={"undo": True})
    assert service.stream.delivered[0].session_id == ""


def test_any_user_id_that_a_url_can_hold_is_served(service):
    path = "/v1/users/%E6%9D%8E%20%F0%9F%8E%AC/intent"
    assert service.http.get(path).json()["user_id"] == "李 🎬"


def test_search_forgives_case_accents_and_spelling(service):
    def titles(words):
        return [
            item["title"]
            for item in service.http.get("/v1/items/search", params={"q": words}).json()["items"]
        ]

    assert titles("HEAT")[0] == "Heat"
    assert "Amelie" in titles("amélie")
    assert "Fargo" in titles("farrgo")
    assert titles("qqqqzzzz") == []


def test_domain_says_where_the_data_is_from(service):
    domain = service.http.get("/v1/domain").json()
    assert (domain["item"], domain["items"], domain["count"]) == ("film", "films", len(service.catalog))
    assert "MovieLens" in domain["attribution"]
    assert "no commercial use" in domain["attribution"]
    assert domain["synthetic"] is False
    assert len(domain["examples"]) >= 3


def test_healthz_tells_failed_from_degraded(service):
    from ranking.service.parts import ProbeFailedError

    def fail():
        raise ProbeFailedError("gone")

    assert service.http.get("/healthz").json()["status"] == "ok"
    service.probes["broker"] = fail
    degraded = service.http.get("/healthz")
    assert (degraded.status_code, degraded.json()["status"]) == (200, "degraded")
    service.probes["store"] = fail
    failed = service.http.get("/healthz")
    assert (failed.status_code, failed.json()["status"]) == (503, "failed")
    assert failed.json()["dependencies"]["store"] == {"state": "failed", "needed": True, "detail": "gone"}


def test_metrics_count_feeds_parts_commands_and_errors(films_service):
    feed(films_service, after=say(films_service, "hello"))
    films_service.http.get("/v1/feed")
    films_service.http.get("/no/such/path")
    text = films_service.http.get("/metrics").text
    for line in (
        "heed_feed_seconds_count 1.0",
        'heed_feed_part_seconds_count{part="gate"} 1.0',
        'heed_commands_total{kind="text"} 1.0',
        "heed_after_wait_seconds_count 1.0",
        'heed_api_requests_total{method="GET",route="/v1/feed",status="422"} 1.0',
        'heed_api_requests_total{method="GET",route="unknown",status="404"} 1.0',
        f"heed_catalog_items {float(len(films_service.catalog))}",
    ):
        assert line in text


def test_answers_keep_to_the_published_schema(films_service, no_horror):
    """The OpenAPI document is a promise: what is served must satisfy it."""
    films_service.stream.says["no more horror"] = (no_horror,)
    command_id = say(films_service, "no more horror")
    spec = films_service.http.get("/openapi.json").json()
    for path, query in (
        ("/v1/feed", {"user_id": USER, "after": command_id, "explain": True}),
        ("/v1/users/{user_id}/intent", {}),
        ("/v1/items/search", {"q": "heat"}),
        ("/v1/users/sample", {}),
        ("/v1/domain", {}),
        ("/healthz", {}),
    ):
        body = films_service.http.get(path.replace("{user_id}", USER), params=query).json()
        schema = spec["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(body, schema | {"components": spec["components"]})


def test_openapi_describes_every_call_and_every_parameter(service):
    spec = service.http.get("/openapi.json").json()
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (method, path)
            for parameter in operation.get("parameters", []):
                assert parameter["description"], (method, path, parameter["name"])


def test_page_and_its_files_are_served_with_a_policy_against_foreign_scripts(service):
    page = service.http.get("/")
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "//" not in page.text.replace("<!doctype html>", "")
    for file in ("page.css", "page.js", "api.js", "dom.js", "cards.js", "panels.js", "icon.svg"):
        assert service.http.get(f"/page/{file}").status_code == 200
    assert service.http.get("/docs").status_code == 200
    assert service.http.get("/page/../app.py").status_code == 404


def test_publisher_is_closed_when_the_app_ends(start):
    with start() as service:
        assert not service.stream.closed
    assert service.stream.closed
