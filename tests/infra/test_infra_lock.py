"""Only one command changes the stack at a time, and a dead one does not block the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from infra.errors import LockedError
from infra.lock import exclusive

HOLDER = (
    "import sys, time, pathlib; from infra.lock import exclusive\n"
    "with exclusive(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
)


def hold(path) -> subprocess.Popen[str]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_command_waits_and_then_names_the_holder(tmp_path):
    path = tmp_path / "run" / "stack.lock"
    holder = hold(path)
    try:
        with pytest.raises(LockedError, match=f"process {holder.pid}"), exclusive(path, patience=0.3):
            pytest.fail("two hold the lock at once")
    finally:
        holder.kill()
        holder.wait()


def test_a_killed_holder_releases_the_lock(tmp_path):
    path = tmp_path / "stack.lock"
    holder = hold(path)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    started = time.monotonic()
    with exclusive(path, patience=5):
        assert time.monotonic() - started < 1


def test_no_file_is_left(tmp_path):
    path = tmp_path / "stack.lock"
    with pytest.raises(ZeroDivisionError), exclusive(path):
        assert path.exists()
        raise ZeroDivisionError
    assert not path.exists()


def test_many_waiters_are_never_inside_at_once(tmp_path):
    path = tmp_path / "stack.lock"
    inside, most, entered = 0, 0, 0
    guard = threading.Lock()

    def enter() -> None:
        nonlocal inside, most, entered
        with exclusive(path, patience=20):
            with guard:
                inside += 1
                entered += 1
                most = max(most, inside)
            time.sleep(0.005)
            with guard:
                inside -= 1

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, entered) == (1, 8)
