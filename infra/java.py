"""Find Java: `JAVA_HOME` first, then `java` on the path. Standard library only: bootstrapping uses it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Kafka 4 brokers are compiled for 17; an older one dies with UnsupportedClassVersionError.
OLDEST_JAVA = 17

INSTALL_LINES = {
    "apt-get": "apt-get install -y openjdk-17-jre-headless maven",
    "dnf": "dnf install -y java-17-openjdk-headless maven",
    "brew": "brew install openjdk@17 maven",
}


@dataclass(frozen=True)
class Java:
    """A Java that was found: its program and its major version (8, 17, 21, ...)."""

    program: Path
    major: int


def java_program() -> Path | None:
    """Return the `java` that will be used, or None where there is none."""
    home = os.environ.get("JAVA_HOME")
    if home:
        return Path(home) / "bin" / "java"
    found = shutil.which("java")
    return Path(found) if found else None


def find_java() -> Java | None:
    """Return the Java in use and its version; None where there is none that answers."""
    program = java_program()
    if program is None or not program.exists():
        return None
    try:
        answer = subprocess.run(
            [str(program), "-version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r'version "(?:1\.)?(\d+)', answer.stderr + answer.stdout)
    return Java(program, int(version.group(1))) if version else None


def java_problem() -> str | None:
    """Return one sentence on what is wrong with this machine's Java, or None where it will do."""
    java = find_java()
    home = os.environ.get("JAVA_HOME")
    if java is None and home:
        return (
            f"JAVA_HOME is {home}, but no working bin/java is there; "
            f"unset JAVA_HOME or point it at Java {OLDEST_JAVA} or newer."
        )
    if java is None:
        return f"Java is missing; install Java {OLDEST_JAVA} or newer: {install_line()}"
    if java.major < OLDEST_JAVA and home:
        return (
            f"JAVA_HOME is {home}, which is Java {java.major}; Kafka and Flink need {OLDEST_JAVA} or newer: "
            f"unset JAVA_HOME or point it at a newer one."
        )
    if java.major < OLDEST_JAVA:
        return (
            f"{java.program} is Java {java.major}; Kafka and Flink need {OLDEST_JAVA} or newer: "
            f"{install_line()}"
        )
    return None


def package_manager() -> str | None:
    """Return the system's package manager among those that we know, or None."""
    return next((name for name in INSTALL_LINES if shutil.which(name)), None)


def install_line() -> str:
    """Return the one line to type that installs Java and Maven here."""
    manager = package_manager()
    if manager is None:
        return "install a Java 17 runtime and Maven with your system's package manager"
    line = INSTALL_LINES[manager]
    return line if manager == "brew" or os.geteuid() == 0 else f"sudo {line}"
