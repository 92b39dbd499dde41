"""The local stack: `up` starts what is missing and heals what crashed, `down` ends all, `status` tells."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import msgspec
import psutil

from infra import ports, process
from infra.errors import InfraError, PartFailedError, PortTakenError
from infra.lock import exclusive
from infra.parts import PART_NAMES, Part, all_parts, api_address, bootstrap_servers, environment
from infra.settings import home, stack_settings

State = Literal["running", "starting", "unresponsive", "crashed", "stopped"]
# Called with a part's name, what happened to it, and the seconds that it took.
Report = Callable[[str, str, float], None]

# A part that is busy may miss one question; only one that stays silent this long is started again.
SILENCE_SECONDS = 5.0


class PartStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One part as it is now. `pid` is null and the numbers are 0 where it does not run."""

    name: str
    state: State
    address: str
    pid: int | None
    what: str
    log: str
    uptime_seconds: float = 0.0
    memory_mb: float = 0.0
    bootstrap_servers: str | None = None


class StackStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What `heed status --json` prints."""

    parts: tuple[PartStatus, ...]
    bootstrap_servers: str
    api: str
    home: str


def up(names: Sequence[str] | None = None, report: Report = lambda name, event, seconds: None) -> None:
    """Start every part that does not run (or the named ones and what they need); wait until all are ready.

    Parts that do not wait for each other start at the same time. What is up stays untouched, so calling it
    again costs nothing; what crashed or does not respond is started again.

    Raises
    ------
    PortTakenError
        A port belongs to a process that is not ours; the message names the setting to change.
    PartFailedError
        A part ended or was not ready in time; the message holds the last lines of its log.
    LockedError
        Another command is changing the stack.
    """
    parts = _chosen(names)
    cancelled = threading.Event()
    with exclusive(_lock()), ThreadPoolExecutor(max_workers=len(parts)) as pool:
        tasks: dict[str, Future[None]] = {}
        for part in parts:  # in order: what a part waits for has been submitted before it
            needs = [tasks[name] for name in part.after]
            tasks[part.name] = pool.submit(_ensure, part, needs, report, cancelled)
        try:
            failures = [failure for task in tasks.values() if (failure := task.exception())]
        except KeyboardInterrupt:
            cancelled.set()  # else leaving the pool would wait for every part first
            raise
    if failures:
        raise failures[0]


def down(names: Sequence[str] | None = None, report: Report = lambda name, event, seconds: None) -> None:
    """End the parts (all, or the named ones). Leaves no process and no lock.

    The broker ends last: a job that loses its broker first fills its log with retries while it ends.
    """
    chosen = [name for name in _checked(names) if names or _may_run(name)]
    with exclusive(_lock()), ThreadPoolExecutor(max_workers=len(PART_NAMES)) as pool:
        list(pool.map(lambda name: _stop(name, report), [name for name in chosen if name != "broker"]))
        if "broker" in chosen:
            _stop("broker", report)


def _may_run(name: str) -> bool:
    """Say whether a part is one of this stack, or was started under other settings."""
    here = any(part.name == name for part in all_parts())
    return here or process.has_record(home(), name) or bool(process.members(home(), name))


def status() -> StackStatus:
    """Return every part's state as it is now."""
    return StackStatus(
        parts=tuple(_status(part) for part in all_parts()),
        bootstrap_servers=bootstrap_servers(),
        api=api_address(),
        home=str(home()),
    )


def _ensure(part: Part, needs: Iterable[Future[None]], report: Report, cancelled: threading.Event) -> None:
    for need in needs:
        need.result()
    started = time.monotonic()
    if _runs_already(part, cancelled):
        report(part.name, "runs already", 0.0)
        return
    if process.has_record(home(), part.name):
        report(part.name, "had crashed or fallen silent; starting it again", 0.0)
    process.stop(home(), part.name, patience=stack_settings().stop_timeout)
    _require_free_ports(part)
    part.prepare()
    record = process.launch(
        part.name, part.command(), home=home(), address=part.address, environment=environment()
    )
    if _wait_until_ready(part, record, cancelled):
        process.note_ready(home(), record)
    report(part.name, "ready", time.monotonic() - started)


def _runs_already(part: Part, cancelled: threading.Event) -> bool:
    """Say whether the part runs and is ready, waiting for one that is still on its way."""
    silent_until = time.monotonic() + SILENCE_SECONDS
    while (record := process.read_record(home(), part.name)) is not None and process.leader_alive(record):
        if part.ready():
            if not record.was_ready:  # an `up` that was interrupted left it on its way
                process.note_ready(home(), record)
            return True
        young = _may_be_starting(record)
        if cancelled.wait(0.1) or (not young and time.monotonic() > silent_until):
            return False
    return False


def _may_be_starting(record: process.RunRecord) -> bool:
    return not record.was_ready and time.time() - record.started_at < stack_settings().start_timeout


def _wait_until_ready(part: Part, record: process.RunRecord, cancelled: threading.Event) -> bool:
    patience = stack_settings().start_timeout
    deadline = time.monotonic() + patience
    while not part.ready():
        if not process.leader_alive(record):
            raise PartFailedError(_failure(part, "ended while it was starting"))
        if time.monotonic() > deadline:
            process.stop(home(), part.name, patience=stack_settings().stop_timeout)
            raise PartFailedError(
                _failure(part, f"was not ready after {patience:.0f} s (HEED_START_TIMEOUT) and was stopped")
            )
        if cancelled.wait(0.1):
            return False
    return True


def _failure(part: Part, what: str) -> str:
    log = process.log_file(home(), part.name)
    return f"The part {part.name} {what}. The last lines of {log}:\n{process.last_lines(home(), part.name)}"


def _require_free_ports(part: Part) -> None:
    for port in part.listens:
        if not ports.is_free(port.number):
            raise PortTakenError(
                f"Port {port.number}, which the part {part.name} needs, is taken by "
                f"{ports.holder(port.number)}; end that process, or set {port.setting} to a free port."
            )


def _stop(name: str, report: Report) -> None:
    started = time.monotonic()
    ended = process.stop(home(), name, patience=stack_settings().stop_timeout)
    report(name, "stopped" if ended else "was not running", time.monotonic() - started)


def _status(part: Part) -> PartStatus:
    record = process.read_record(home(), part.name)
    alive = record is not None and process.leader_alive(record)
    memory, uptime = 0.0, 0.0
    if record is not None and alive:
        uptime = time.time() - record.started_at
        memory = sum(_resident(member) for member in process.members(home(), part.name)) / 2**20
    return PartStatus(
        name=part.name,
        state=_state(part, record if alive else None),
        address=record.address if record is not None and alive else part.address,
        pid=record.pid if record is not None and alive else None,
        what=part.what,
        log=str(process.log_file(home(), part.name)),
        uptime_seconds=round(uptime, 1),
        memory_mb=round(memory, 1),
        bootstrap_servers=bootstrap_servers() if part.name == "broker" else None,
    )


def _state(part: Part, alive: process.RunRecord | None) -> State:
    if alive is None:
        return "crashed" if process.has_record(home(), part.name) else "stopped"
    if part.ready():
        return "running"
    return "starting" if _may_be_starting(alive) else "unresponsive"


def _resident(member: psutil.Process) -> int:
    try:
        return int(member.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _lock() -> Path:
    return home() / "run" / "stack.lock"


def _checked(names: Sequence[str] | None) -> Sequence[str]:
    for name in names or ():
        if name not in PART_NAMES:
            raise InfraError(f"There is no part named {name!r}; the parts are {', '.join(PART_NAMES)}.")
    return names or PART_NAMES


def _chosen(names: Sequence[str] | None) -> list[Part]:
    """Return the named parts and, before each, what it needs."""
    parts = all_parts()
    wanted = set(_checked(names))
    wanted |= {need for part in parts if part.name in wanted for need in part.after}
    if names and "teacher" in names and all(part.name != "teacher" for part in parts):
        raise InfraError("No teacher is set: name one with HEED_TEACHER_URL and HEED_TEACHER_MODEL.")
    return [part for part in parts if part.name in wanted]
