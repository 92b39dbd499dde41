"""What `heed doctor` looks at: everything that a running Heed needs, and how to get what is missing."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec
import psutil

from infra import ports, process
from infra.all_settings import unknown_variables
from infra.java import find_java, install_line, java_problem
from infra.parts import all_parts
from infra.settings import home
from infra.settings_file import CHECKOUT, settings_path

# The broker's log, the lake, the models and the data of the demonstration take half of this.
NEEDED_DISK_GB = 2.0
NEEDED_MEMORY_GB = 4.0

Verdict = Literal["ok", "missing", "optional"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at. `remedy` says what to do where the verdict is not `ok`."""

    name: str
    verdict: Verdict
    detail: str
    remedy: str = ""


def examine() -> list[Finding]:
    """Look at everything and return what was found, in the order in which one would mend it."""
    return [finding for look in LOOKS for finding in look()]


def _python() -> Iterator[Finding]:
    good = sys.version_info[:2] == (3, 11)
    version = ".".join(str(number) for number in sys.version_info[:3])
    yield Finding(
        name="python",
        verdict="ok" if good else "missing",
        detail=f"{version} in {sys.prefix}",
        remedy="" if good else "Install Python 3.11 and run `make setup`.",
    )


def _environment() -> Iterator[Finding]:
    stamp = CHECKOUT / ".venv" / "heed-stamp"
    yield Finding(
        name="packages",
        verdict="ok" if stamp.exists() else "optional",
        detail="as in requirements/heed.lock"
        if stamp.exists()
        else "not installed by `make`, so not known to fit",
        remedy="" if stamp.exists() else "Run `make setup`.",
    )


def _settings() -> Iterator[Finding]:
    path = settings_path()
    strangers = unknown_variables()
    yield Finding(
        name="settings",
        verdict="optional" if strangers else "ok",
        detail=" ".join(strangers)
        or (f"{path}" if path.exists() else "defaults and environment; no heed.toml"),
        remedy="Unset it, or see docs/settings.md for the name." if strangers else "",
    )


def _java() -> Iterator[Finding]:
    problem, java = java_problem(), find_java()
    detail = problem or (f"{java.major} at {java.program}" if java else "")
    yield Finding(
        name="java",
        verdict="missing" if problem else "ok",
        detail=detail,
        remedy=install_line() if problem else "",
    )


def _jars() -> Iterator[Finding]:
    jars = home() / "jars"
    found = {
        "broker's jars": any(jars.glob("kafka/kafka_*.jar")),
        "connector": any(jars.glob("flink/flink-sql-connector-kafka-*.jar")),
    }
    absent = [name for name, there in found.items() if not there]
    yield Finding(
        name="jars",
        verdict="missing" if absent else "ok",
        detail=f"{', '.join(absent)} not in {jars}" if absent else str(jars),
        remedy="Run `make setup`." if absent else "",
    )
    maven = shutil.which("mvn")
    yield Finding(
        name="maven",
        verdict="ok" if maven or not absent else "missing",
        detail=maven or "not here, and not needed again: the jars are",
        remedy="" if maven or not absent else install_line(),
    )


def _state() -> Iterator[Finding]:
    from infra.pipeline import steps

    for step in steps():
        done = step.is_done()
        yield Finding(
            name=step.name,
            verdict="ok" if done else "missing",
            detail=step.what if done else f"{step.what}: not done, or done from something else",
            remedy="" if done else "Run `heed up`, which does it.",
        )


def _ports() -> Iterator[Finding]:
    for part in all_parts():
        record = process.read_record(home(), part.name)
        ours = record is not None and process.leader_alive(record)
        for port in part.listens:
            free = ports.is_free(port.number)
            yield Finding(
                name=f"port {port.number}",
                verdict="ok" if ours or free else "missing",
                detail=f"{part.name}: "
                + ("runs" if ours else "free" if free else f"taken by {ports.holder(port.number)}"),
                remedy="" if ours or free else f"End that process, or set {port.setting} to a free port.",
            )


def _room() -> Iterator[Finding]:
    folder = home() if home().exists() else CHECKOUT
    disk = shutil.disk_usage(folder).free / 2**30
    yield Finding(
        name="disk",
        verdict="ok" if disk >= NEEDED_DISK_GB else "missing",
        detail=f"{disk:.1f} GB free at {folder}",
        remedy=""
        if disk >= NEEDED_DISK_GB
        else f"Free {NEEDED_DISK_GB:.0f} GB, or set HEED_HOME to another disk.",
    )
    memory = psutil.virtual_memory().total / 2**30
    yield Finding(
        name="memory",
        verdict="ok" if memory >= NEEDED_MEMORY_GB else "optional",
        detail=f"{memory:.1f} GB in this machine",
        remedy=""
        if memory >= NEEDED_MEMORY_GB
        else "The whole stack takes up to 4 GB: it may be slow or be killed.",
    )


def _only_for_tests() -> Iterator[Finding]:
    for name, programs in {"redis": ("redis-server",), "chromium": ("chromium", "chromium-browser")}.items():
        found = next((path for program in programs if (path := shutil.which(program))), None)
        yield Finding(
            name=name,
            verdict="ok" if found else "optional",
            detail=found or "not installed; the tests that need it are skipped",
            remedy="" if found else f"Install {programs[0]} with the system's package manager.",
        )


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _python,
    _environment,
    _settings,
    _java,
    _jars,
    _state,
    _ports,
    _room,
    _only_for_tests,
)
