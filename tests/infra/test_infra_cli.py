"""The command line: help with examples, quick; errors as one sentence; exit codes; JSON alone on stdout."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys

import pytest

from infra.cli import command_tree, leaves
from infra.reference import COMMANDS_PAGE, SETTINGS_PAGE, commands_page, settings_page

COMMANDS = dict(leaves(command_tree()))


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def heed(tmp_path):
    def run(*words: str, stdin: str | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        ports = {"HEED_BROKER_PORT": free_port(), "HEED_API_PORT": free_port()}
        environment = {**os.environ, "HEED_HOME": str(tmp_path), **ports, **variables}
        return subprocess.run(
            [sys.executable, "-m", "infra.cli", *words],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )

    return run


def one_sentence(answer: subprocess.CompletedProcess[str]) -> str:
    lines = answer.stderr.splitlines()
    assert len(lines) == 1, answer.stderr
    assert lines[0].startswith("heed: ")
    assert "Traceback" not in answer.stderr
    return lines[0]


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_every_command_has_help_that_ends_in_an_example(words):
    text = COMMANDS[words].help
    assert f"Example: heed {words}" in text or f"heed {words}" in text.partition("Example: ")[2], text


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_every_option_says_what_it_is(words):
    silent = [
        parameter.name
        for parameter in COMMANDS[words].params
        if not parameter.help and parameter.name != "help"
    ]
    assert silent == []


def test_the_reference_pages_have_not_drifted_from_the_code():
    hint = "run `make docs`"
    assert COMMANDS_PAGE.read_text(encoding="utf-8") == commands_page(), hint
    assert SETTINGS_PAGE.read_text(encoding="utf-8") == settings_page(), hint


def test_help_takes_under_three_tenths_of_a_second_of_computing():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = subprocess.run([sys.executable, "-m", "infra.cli", "--help"], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Computing time: the clock on the wall would measure what else the machine does.
    assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) < 0.3
    assert b"say" in answer.stdout


def test_nothing_heavy_is_imported_for_help():
    code = (
        "import sys, infra.cli; infra.cli.command_tree()\n"
        "heavy = {'feast', 'pyflink', 'pandas', 'numpy', 'kafka', 'pydantic', 'rich', 'structlog'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["say"],
        ["say", "  "],
        ["logs", "kitchen"],
        ["feed", "--limit", "0"],
        ["behave", "stare", "6"],
        ["behave", "rate", "6"],
        ["behave", "rate", "6", "--value", "7"],
    ],
)
def test_wrong_use_is_exit_code_2_with_a_sentence(heed, words):
    answer = heed(*words)
    assert answer.returncode == 2
    assert "Error: " in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_api_that_is_down_is_one_sentence_that_says_what_to_do(heed):
    answer = heed("feed")
    assert answer.returncode == 1
    assert "start it with `heed up`" in one_sentence(answer)


def test_a_broker_that_is_down_is_one_sentence_that_says_what_to_do(heed):
    answer = heed("say", "no more horror")
    assert answer.returncode == 1
    assert "`heed up`" in answer.stderr.splitlines()[-1]
    assert "Traceback" not in answer.stderr


def test_a_setting_with_a_bad_value_is_named(heed):
    answer = heed("status", HEED_STOP_TIMEOUT="soon")
    assert answer.returncode == 1
    assert "HEED_STOP_TIMEOUT is 'soon'" in one_sentence(answer)


def test_an_unknown_name_in_the_settings_file_stops_every_command(heed, tmp_path):
    (tmp_path / "heed.toml").write_text("api_prot = 1\n")
    answer = heed("status", HEED_SETTINGS=str(tmp_path / "heed.toml"))
    assert answer.returncode == 1
    assert "did you mean 'api_port'" in one_sentence(answer)


def test_an_unforeseen_error_leaves_its_traceback_in_the_log_and_one_sentence_on_screen(tmp_path):
    code = (
        "import sys; from infra.failures import explain_uncaught\n"
        "sys.excepthook = explain_uncaught\nraise RuntimeError('the inside is out')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HEED_HOME": str(tmp_path)},
    )
    assert answer.returncode == 1
    assert "the inside is out" in one_sentence(answer)
    assert str(tmp_path / "logs" / "heed.log") in answer.stderr
    assert "Traceback" in (tmp_path / "logs" / "heed.log").read_text()


def test_status_of_a_stopped_stack_is_json_with_every_part_and_where_it_would_be(heed, tmp_path):
    answer = heed("status", "--json", HEED_BROKER_PORT="21999", HEED_API_PORT="21998")
    assert answer.returncode == 0
    now = json.loads(answer.stdout)
    assert [part["name"] for part in now["parts"]] == ["broker", "intent-job", "behavior-job", "sink", "api"]
    assert {part["state"] for part in now["parts"]} == {"stopped"}
    assert now["bootstrap_servers"] == now["parts"][0]["bootstrap_servers"] == "127.0.0.1:21999"
    assert now["api"] == "http://127.0.0.1:21998"
    assert now["home"] == str(tmp_path)


def test_an_outside_kafka_leaves_the_local_broker_out(heed):
    now = json.loads(heed("status", "--json", HEED_BOOTSTRAP_SERVERS="kafka.example:9092").stdout)
    assert "broker" not in [part["name"] for part in now["parts"]]
    assert now["bootstrap_servers"] == "kafka.example:9092"


def test_down_with_nothing_running_is_done_and_leaves_no_lock(heed, tmp_path):
    answer = heed("down")
    assert answer.returncode == 0
    assert list((tmp_path / "run").iterdir()) == []


def test_down_survives_a_corrupt_record(heed, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "sink.json").write_bytes(b"\xff{")
    assert [
        p["state"] for p in json.loads(heed("status", "--json").stdout)["parts"] if p["name"] == "sink"
    ] == ["crashed"]
    assert heed("down").returncode == 0
    assert list((tmp_path / "run").iterdir()) == []


def test_doctor_says_what_is_missing_and_how_to_get_it(heed, tmp_path):
    answer = heed("doctor", "--json", JAVA_HOME=str(tmp_path))
    assert answer.returncode == 1
    findings = {finding["name"]: finding for finding in json.loads(answer.stdout)}
    assert findings["python"]["verdict"] == "ok"
    assert findings["java"]["verdict"] == "missing"
    assert str(tmp_path) in findings["java"]["detail"]
    assert findings["jars"]["remedy"] == "Run `make setup`."
    assert findings["catalogue"]["verdict"] == "missing"
    assert all(finding["remedy"] for finding in findings.values() if finding["verdict"] != "ok")


def test_doctor_names_who_holds_a_port(heed):
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = str(stranger.getsockname()[1])
        findings = json.loads(heed("doctor", "--json", HEED_API_PORT=port).stdout)
    taken = next(finding for finding in findings if finding["name"] == f"port {port}")
    assert taken["verdict"] == "missing"
    assert f"process {os.getpid()}" in taken["detail"]
    assert "HEED_API_PORT" in taken["remedy"]


def test_what_libraries_print_never_mixes_with_the_json(heed):
    answer = heed("backfill", "--json")
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["rows"]["item_profile"] > 9000
