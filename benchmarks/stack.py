"""A stack for measuring: real parts in a home of their own, so that nobody's feed learns from a benchmark."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# What is measured upon: read, never written, so the stack's own folder only points there.
_SHARED = ("data", "models", "jars")
# What a run leaves behind and the next must not find.
_OF_A_RUN = ("kafka", "flink", "feast", "lake", "run", "logs", "stamps", "features")


@contextmanager
def running_stack(home: Path) -> Iterator[Mapping[str, str]]:
    """Start a stack beside the one of `home`, on free ports; yield the environment in which it is found.

    The catalogue and the models are those of `home`; the broker's log, the jobs' state and the online store
    begin empty, the latter filled with everybody's history.
    """
    folder = home / "benchmarks" / "stack"
    environment = _environment(folder)
    _prepare(home, folder)
    try:
        _run(environment, "-m", "batch.materialize")
        _run(environment, "-c", "from infra.stack import up; up()")
        yield environment
    finally:
        _run(environment, "-c", "from infra.stack import down; down()")


def _environment(folder: Path) -> dict[str, str]:
    ports = _free_ports(3)
    names = ("HEED_BROKER_PORT", "HEED_CONTROLLER_PORT", "HEED_API_PORT")
    kept = {name: value for name, value in os.environ.items() if name != "HEED_BOOTSTRAP_SERVERS"}
    return {
        # A machine that is busy enough to be slow is still to be measured.
        "HEED_START_TIMEOUT": "300",
        **kept,
        "HEED_HOME": str(folder),
        "HEED_BOOTSTRAP_SERVERS": f"127.0.0.1:{ports[0]}",
        **dict(zip(names, map(str, ports), strict=True)),
    }


def _prepare(home: Path, folder: Path) -> None:
    for name in _OF_A_RUN:
        shutil.rmtree(folder / name, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name in _SHARED:
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(home / name)
    shutil.copytree(home / "features", folder / "features")


def _run(environment: Mapping[str, str], *arguments: str) -> None:
    answer = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{answer.stderr[-3_000:]}")


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
