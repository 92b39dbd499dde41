"""Java: found where JAVA_HOME or the path says, and refused with one sentence where it will not do."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.java import find_java, java_problem


def fake_java(folder: Path, version_line: str) -> Path:
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho '{version_line}' >&2\n")
    program.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("line", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_392"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ('openjdk version "25-ea" 2025-09-16', 25),
    ],
)
def test_the_version_is_read_from_every_way_of_writing_it(tmp_path, monkeypatch, line, major):
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path, line)))
    java = find_java()
    assert java is not None
    assert java.major == major


def test_java_17_is_no_problem(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path, 'openjdk version "17.0.1"')))
    assert java_problem() is None


def test_a_java_home_that_is_too_old_is_named_with_its_version(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path, 'openjdk version "11.0.2"')))
    problem = java_problem()
    assert problem is not None
    assert str(tmp_path) in problem
    assert "Java 11" in problem
    assert "17 or newer" in problem


def test_a_java_home_without_java_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    problem = java_problem()
    assert problem is not None
    assert f"JAVA_HOME is {tmp_path}" in problem


def test_an_absent_java_comes_with_the_line_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    (tmp_path / "apt-get").write_text("#!/bin/sh\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    problem = java_problem()
    assert problem is not None
    assert problem.startswith("Java is missing")
    assert "apt-get install -y openjdk-17-jre-headless maven" in problem


def test_a_java_that_answers_nonsense_counts_as_none(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path, "segmentation fault")))
    assert find_java() is None
    assert java_problem() is not None
