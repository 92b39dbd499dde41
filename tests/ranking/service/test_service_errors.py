"""Whatever is sent, the answer is one shape with one clear sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

COMMANDS = "/v1/commands"
BEHAVIORS = "/v1/behaviors"
FEED = "/v1/feed"
INTENT = "/v1/users/42/intent"


def command(**changes):
    return {"user_id": "42", "text": "no more horror"} | changes


def behavior(**changes):
    return {"user_id": "42", "item_id": "1", "kind": "click"} | changes


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"user_id": "42"}, "text", "`text` is missing."),
        ({"text": "more drama"}, "user_id", "`user_id` is missing."),
        (command(text=""), "text", "`text` is empty."),
        (command(text=" \t\n "), "text", "`text` is empty; say what you want, such as “no more horror”."),
        (
            command(text="\u200b\u0000\u200e"),
            "text",
            "`text` is empty; say what you want, such as “no more horror”.",
        ),
        (
            command(text="x" * 10_001),
            "text",
            "`text` is longer than 10,000 characters; send at most that many.",
        ),
        (command(text=7), "text", "`text` must be a string."),
        (command(text=None), "text", "`text` must be a string."),
        (command(user_id=42), "user_id", "`user_id` must be a string."),
        (
            command(user_id="a\nb"),
            "user_id",
            "`user_id` must be 1 to 200 visible characters, without spaces at its ends.",
        ),
        (
            command(user_id="x" * 201),
            "user_id",
            "`user_id` is longer than 200 characters; send at most that many.",
        ),
        (command(mood="sad"), "mood", "`mood` is not known here; /docs lists what this call takes."),
        (command(shown_item_ids="1"), "shown_item_ids", "`shown_item_ids` must be a list."),
        (command(shown_item_ids=["1", 2]), "shown_item_ids[1]", "`shown_item_ids[1]` must be a string."),
        ([], None, "The body must be a JSON object, sent with the content type application/json."),
        (
            "no more horror",
            None,
            "The body must be a JSON object, sent with the content type application/json.",
        ),
    ],
)
def test_wrong_command_is_answered_with_a_sentence_about_its_field(service, body, field, words):
    status, error = service.error("POST", COMMANDS, json=body)
    assert (status, error) == (422, {"code": "invalid", "message": words, "field": field})
    assert service.stream.delivered == []


@pytest.mark.parametrize("body", ["{", "{'user_id': 1}", "[" * 100_000, '{"a": "\x01"}', '{"text": 1e9999'])
def test_what_is_not_json_is_refused(service, body):
    status, error = service.error(
        "POST", COMMANDS, content=body, headers={"Content-Type": "application/json"}
    )
    assert status == 400
    assert error["code"] in ("bad_json", "bad_request")
    assert error["message"].endswith(".")


def test_bytes_that_are_not_utf8_are_refused(service):
    status, error = service.error(
        "POST", COMMANDS, content=b'{"text": "\xff"}', headers={"Content-Type": "application/json"}
    )
    assert (status, error["code"]) == (400, "bad_request")


def test_half_a_surrogate_pair_is_refused(service):
    body = '{"user_id": "42", "text": "\\ud83d"}'
    status, error = service.error(
        "POST", COMMANDS, content=body, headers={"Content-Type": "application/json"}
    )
    assert (status, error["message"]) == (422, "`text` must be valid Unicode text.")


def test_a_form_from_another_site_is_refused(service):
    """A browser sends text/plain across sites without asking: it must not count as a command."""
    status, _ = service.error(
        "POST", COMMANDS, content=json.dumps(command()), headers={"Content-Type": "text/plain"}
    )
    assert status == 422
    assert service.stream.delivered == []


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        (
            behavior(kind="stare"),
            "kind",
            "`kind` must be one of 'impression', 'click', 'watch', 'rate', 'skip', "
            "'hide', 'cart' or 'purchase'.",
        ),
        (behavior(kind="rate"), None, "`value` must hold the stars of a `rate`, from 0.5 to 5."),
        (behavior(kind="rate", value=6), None, "`value` must hold the stars of a `rate`, from 0.5 to 5."),
        (behavior(value="many"), "value", "`value` must be a number."),
        (behavior(position=-1), "position", "`position` must be 0 or more."),
        (
            behavior(occurred_at="yesterday"),
            "occurred_at",
            "`occurred_at` must be a time such as 2026-11-23T12:00:00Z.",
        ),
        (
            behavior(occurred_at="2020-01-01T00:00:00"),
            "occurred_at",
            "`occurred_at` needs a time zone, such as the Z in 2026-11-23T12:00:00Z.",
        ),
        (
            behavior(occurred_at="2099-01-01T00:00:00Z"),
            "occurred_at",
            "`occurred_at` lies in the future; leave it out for the time of arrival.",
        ),
        ([behavior(), behavior(kind=1)], "[1].kind", None),
        ([], None, "The body holds nothing; send at least one."),
        ([behavior()] * 1001, None, "The body holds more than 1,000 entries; send at most that many."),
    ],
)
def test_wrong_behavior_is_answered_with_a_sentence(service, body, field, words):
    status, error = service.error("POST", BEHAVIORS, json=body)
    assert (status, error["field"]) == (422, field)
    assert words is None or error["message"] == words
    assert service.stream.delivered == []


def test_unknown_item_is_named_and_nothing_of_the_list_is_recorded(service):
    status, error = service.error("POST", BEHAVIORS, json=[behavior(), behavior(item_id="nope")])
    assert (status, error["code"], error["field"]) == (404, "unknown_item", "[1].item_id")
    assert error["message"].startswith("No item has the id “nope”")
    assert service.stream.delivered == []


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ({}, "user_id", "`user_id` is missing."),
        ({"user_id": ""}, "user_id", "`user_id` is empty."),
        ({"user_id": "42", "limit": "0"}, "limit", "`limit` must be 1 or more."),
        ({"user_id": "42", "limit": "101"}, "limit", "`limit` must be 100 or less."),
        ({"user_id": "42", "limit": "ten"}, "limit", "`limit` must be a whole number."),
        ({"user_id": "42", "limit": "9" * 5000}, "limit", None),
        ({"user_id": "42", "timeout_ms": "10001"}, "timeout_ms", "`timeout_ms` must be 10,000 or less."),
        ({"user_id": "42", "explain": "perhaps"}, "explain", "`explain` must be true or false."),
        (
            {"user_id": "42", "limt": "5"},
            "limt",
            "`limt` is not known here; /docs lists what this call takes.",
        ),
    ],
)
def test_wrong_feed_parameter_is_answered_with_a_sentence(service, query, field, words):
    status, error = service.error("GET", FEED, params=query)
    assert (status, error["code"], error["field"]) == (422, "invalid", field)
    assert words is None or error["message"] == words


@pytest.mark.parametrize("body", [{}, {"forget": []}, {"forget": ["p1"], "undo": True}, {"undo": False}])
def test_an_edit_is_one_thing(service, body):
    status, error = service.error("PATCH", INTENT, json=body)
    assert status == 422
    assert error["message"] == 'Send either {"forget": [preference ids]} or {"undo": true}, and not both.'


def test_unknown_path_is_a_404_in_the_same_shape(service):
    status, error = service.error("GET", "/v2/<script>")
    assert (status, error["code"]) == (404, "not_found")
    assert "/docs" in error["message"]


def test_wrong_method_is_a_405_that_says_what_is_allowed(service):
    answer = service.http.get(COMMANDS)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert (
        answer.json()["error"]["message"]
        == "“/v1/commands” does not take GET; see the Allow header or /docs."
    )


def test_a_body_of_megabytes_is_a_413(service):
    status, error = service.error("POST", COMMANDS, json=command(text="x" * 2_000_000))
    assert (status, error["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", COMMANDS, command()),
        ("POST", BEHAVIORS, behavior()),
        ("PATCH", INTENT, {"undo": True}),
        ("DELETE", INTENT, None),
    ],
)
def test_a_broker_that_is_down_is_a_503_with_a_sentence(service, method, path, body):
    service.stream.failure = ConnectionError("[Errno 111] at 10.0.0.1")
    status, error = service.error(method, path, json=body)
    assert (status, error["code"]) == (503, "broker_unavailable")
    assert "Errno" not in error["message"]
    assert "try again" in error["message"]


def test_a_store_that_is_down_is_a_503_with_a_sentence(service):
    service.stream.failure = ConnectionError()
    status, error = service.error("GET", FEED, params={"user_id": "42"})
    assert (status, error["code"]) == (503, "store_unavailable")


def test_a_defect_is_a_500_without_its_innards(service):
    service.feed.failure = ZeroDivisionError("secret path /home")
    status, error = service.error("GET", FEED, params={"user_id": "42"})
    assert (status, error["code"]) == (500, "internal")
    assert "secret" not in error["message"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["user_id", "text", "command_id", "session_id", "shown_item_ids", "item_id", "kind", "value", "event_id",
     "slate_id", "position", "occurred_at", "forget", "undo", "x"]
)  # fmt: skip
BODIES = JSON | st.dictionaries(KEYS, JSON, max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES, where=st.sampled_from([("POST", COMMANDS), ("POST", BEHAVIORS), ("PATCH", INTENT)]))
def test_any_json_is_taken_or_refused_with_a_sentence(service, body, where):
    method, path = where
    content = json.dumps(body)
    answer = service.http.request(method, path, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (202, 400, 404, 422), answer.text
    if answer.status_code != 202:
        error = answer.json()["error"]
        assert error["message"].endswith(".")
        assert "\n" not in error["message"]
        assert error["code"]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(user_id=st.text(max_size=250), limit=st.text(max_size=8), after=st.none() | st.text(max_size=20))
def test_any_feed_query_is_answered_or_refused_with_a_sentence(service, user_id, limit, after):
    query = {"user_id": user_id, "limit": limit, "timeout_ms": "1"} | (
        {} if after is None else {"after": after}
    )
    answer = service.http.get(FEED, params=query)
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        assert answer.json()["error"]["message"].endswith(".")
