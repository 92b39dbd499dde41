"""Start a part as an ordinary process, recognise it later, end it with everything it started.

A part's processes carry two marks in their environment, `HEED_PART` and `HEED_STACK` (the state folder),
which their children inherit. So a reused process id is never taken for a part, and what a crashed part left
behind (a Java virtual machine, say) is found even where the record of it is lost.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import psutil

PART_MARK = "HEED_PART"
STACK_MARK = "HEED_STACK"


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`HEED_HOME/run/<part>.json`: which process a part is.

    `started_at` is psutil's create_time; `was_ready` says that it has answered once, so that its silence
    later is no slow start.
    """

    part: str
    pid: int
    started_at: float
    address: str
    command: tuple[str, ...]
    was_ready: bool = False


def launch(
    part: str, command: Sequence[str], *, home: Path, address: str, environment: Mapping[str, str]
) -> RunRecord:
    """Start `command` in a session of its own, its output in `logs/<part>.log`, and record it.

    The log of the run before is kept as `<part>.log.1`.
    """
    log = log_file(home, part)
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    marks = {PART_MARK: part, STACK_MARK: str(home), "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=Path(__file__).resolve().parent.parent,
            env={**os.environ, **environment, **marks},
            start_new_session=True,
        )
    try:
        started_at = psutil.Process(process.pid).create_time()
    except psutil.NoSuchProcess:
        started_at = time.time()
    record = RunRecord(
        part=part, pid=process.pid, started_at=started_at, address=address, command=tuple(command)
    )
    _write(home, record)
    return record


def note_ready(home: Path, record: RunRecord) -> None:
    """Write down that the part has answered."""
    _write(home, msgspec.structs.replace(record, was_ready=True))


def read_record(home: Path, part: str) -> RunRecord | None:
    """Return the record of a part; None where there is none or it is corrupt (the marks still find it)."""
    try:
        return msgspec.json.decode(_record_file(home, part).read_bytes(), type=RunRecord)
    except (OSError, msgspec.MsgspecError):
        return None


def has_record(home: Path, part: str) -> bool:
    """Say whether the part was started and not stopped, readable record or not."""
    return _record_file(home, part).exists()


def forget(home: Path, part: str) -> None:
    """Remove the record of a part."""
    _record_file(home, part).unlink(missing_ok=True)


def leader_alive(record: RunRecord) -> bool:
    """Say whether the recorded process runs, and is not another one under the same id."""
    try:
        process = psutil.Process(record.pid)
        # create_time is derived from the boot time, which may move by a tick when the clock is set.
        same = abs(process.create_time() - record.started_at) < 1.0
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def members(home: Path, part: str) -> list[psutil.Process]:
    """Return every living process that carries the part's marks, the leader and all its children."""
    found = []
    for process in psutil.process_iter():
        try:
            environment = process.environ()
        except (psutil.Error, OSError):
            continue  # gone meanwhile, or another user's: not ours
        marked = environment.get(PART_MARK) == part and environment.get(STACK_MARK) == str(home)
        if marked and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def stop(home: Path, part: str, *, patience: float) -> int:
    """End a part: ask it to end, wait `patience` seconds, kill what is left. Return how many processes ran.

    The one that was started is asked first, and alone: it knows in which order its children end well.
    """
    processes = members(home, part)
    record = read_record(home, part)
    leaders = [one for one in processes if record is not None and one.pid == record.pid]
    asked = leaders or processes
    for process in asked:
        _signal(process, signal.SIGTERM)
    psutil.wait_procs(asked, timeout=patience)
    left = members(home, part)
    for process in left:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(left, timeout=5)
    forget(home, part)
    return len(processes)


def log_file(home: Path, part: str) -> Path:
    """Return the path of a part's log."""
    return home / "logs" / f"{part}.log"


def last_lines(home: Path, part: str, count: int = 15) -> str:
    """Return the last lines of a part's log, or a word on its absence."""
    try:
        with log_file(home, part).open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 32_768))
            lines = log.read().decode(errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return "\n".join(lines[-count:]) or "(the log is empty)"


def new_lines(home: Path, part: str) -> Iterator[str]:
    """Yield the lines that are written to a part's log from now on, through its restarts; never ends."""
    path = log_file(home, part)
    first = True
    while True:
        if not path.exists():
            time.sleep(0.2)
            continue
        with path.open(encoding="utf-8", errors="replace") as log:
            if first:
                log.seek(0, os.SEEK_END)
            first = False
            opened = os.fstat(log.fileno()).st_ino
            while path.exists() and path.stat().st_ino == opened:
                line = log.readline()
                if line:
                    yield line.rstrip("\n")
                else:
                    time.sleep(0.2)


def printed_ready(home: Path, part: str) -> bool:
    """Say whether the part has printed its `{"event": "ready"}` line since it was started."""
    try:
        with log_file(home, part).open("rb") as log:
            return any(_is_ready(line) for line in log)
    except OSError:
        return False


def _is_ready(line: bytes) -> bool:
    if b'"ready"' not in line:
        return False
    try:
        return bool(msgspec.json.decode(line).get("event") == "ready")
    except (msgspec.MsgspecError, AttributeError):
        return False


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):  # it ended by itself in between
        process.send_signal(number)


def _record_file(home: Path, part: str) -> Path:
    return home / "run" / f"{part}.json"


def _write(home: Path, record: RunRecord) -> None:
    path = _record_file(home, record.part)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and moved: a reader never sees half a record.
    partial = path.with_suffix(".partial")
    partial.write_bytes(msgspec.json.encode(record))
    partial.replace(path)
