"""Bootstrapping: a wrong Python or Java ends in one sentence, a second run only compares stamps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra import bootstrap
from infra.settings_file import CHECKOUT


def other_pythons() -> list[Path]:
    """Return the Pythons of this machine that are not 3.11 and start."""
    names = [f"python3.{minor}" for minor in (6, 7, 8, 9, 10, 12, 13, 14)]
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep)]
    folders += sorted(Path.home().glob(".pyenv/versions/*/bin"))
    found = {name: folder / name for folder in folders for name in names if (folder / name).exists()}
    return [
        path
        for path in found.values()
        if subprocess.run([path, "-c", "pass"], capture_output=True, check=False).returncode == 0
    ]


def run_bootstrap(python: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), "-m", "infra.bootstrap"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **variables},
    )


def test_every_other_python_is_refused_in_one_sentence():
    pythons = other_pythons()
    if not pythons:
        pytest.skip("no other Python 3 on this machine")
    for python in pythons:
        answer = run_bootstrap(python)
        assert answer.returncode == 1, python
        assert answer.stderr.startswith("heed: Python 3.11 is needed, and this is 3."), answer.stderr
        assert len(answer.stderr.splitlines()) == 1, answer.stderr


def test_a_java_home_that_is_too_old_stops_it_before_anything_is_fetched(tmp_path, monkeypatch):
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    program.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(bootstrap.BootstrapError, match="which is Java 11"):
        bootstrap._java(tmp_path)


def test_an_absent_java_that_may_not_be_installed_comes_with_the_line_to_type(tmp_path, monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    (tmp_path / "apt-get").write_text("#!/bin/sh\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        bootstrap.BootstrapError, match="sudo apt-get install -y openjdk-17-jre-headless maven"
    ):
        bootstrap._java(tmp_path)


def test_jars_count_only_with_the_stamp_of_this_pom(tmp_path):
    jars = tmp_path / "jars"
    for name in ("kafka/kafka_2.13-4.1.0.jar", "flink/flink-sql-connector-kafka-5.0.0-2.2.jar"):
        (jars / name).parent.mkdir(parents=True)
        (jars / name).touch()
    assert not bootstrap._jars_are_there(tmp_path)
    (jars / "heed-stamp").write_text(bootstrap.digest(bootstrap.POM))
    assert bootstrap._jars_are_there(tmp_path)
    (jars / "flink" / "flink-sql-connector-kafka-5.0.0-2.2.jar").unlink()
    assert not bootstrap._jars_are_there(tmp_path)


def test_a_failed_step_names_itself_and_its_command(capfd):
    with pytest.raises(bootstrap.BootstrapError, match=r"trying it failed \(exit code 1\); .* -c"):
        bootstrap.run_step("trying it", [sys.executable, "-c", "print('why'); raise SystemExit(1)"])
    captured = capfd.readouterr()
    assert captured.out == ""  # a step's chatter is progress, not a result
    assert "why" in captured.err


def test_a_missing_test_program_is_said_and_stops_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    bootstrap._test_programs()
    said = capsys.readouterr().err
    assert "redis-server is missing" in said
    assert "will be skipped" in said


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_help_lists_every_target_that_the_readme_names():
    # Within `make test` a make of its own says which directory it enters, among the targets.
    command = ["make", "--no-print-directory", "help"]
    answer = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    targets = {line.split(": ## ")[0] for line in answer.stdout.splitlines()}
    assert {"help", "demo", "test", "up", "down", "bench", "lint"} <= targets
    assert all(": ## " in line for line in answer.stdout.splitlines())
