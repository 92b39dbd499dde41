"""One at a time: a lock on a file, released by the kernel when its holder ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.errors import LockedError


@contextmanager
def exclusive(path: Path, *, patience: float = 120.0) -> Iterator[None]:
    """Hold the lock on `path`; wait up to `patience` seconds for it.

    Raises
    ------
    LockedError
        Another process held it for all that time; the message names it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    while (handle := _try(path)) is None:
        if time.monotonic() > deadline:
            owner = path.read_text().strip() if path.exists() else "unknown"
            raise LockedError(
                f"Another heed command (process {owner}) has held {path} for {patience:.0f} s; "
                "wait for it, or end it and try again."
            )
        time.sleep(0.1)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _try(path: Path) -> int | None:
    """Return the locked file's descriptor, or None where another process holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The holder before us removes the file when done: a lock on a removed file would guard nothing.
        current = path.exists() and path.stat().st_ino == os.fstat(handle).st_ino
    except BlockingIOError:
        current = False
    if not current:
        os.close(handle)
        return None
    os.ftruncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode())
    return handle
