"""The checkpoints of a job on disk: which one to go on from."""

from __future__ import annotations

import shutil
from pathlib import Path

from catalog.settings import home_settings


def checkpoint_folder(job: str, mode: str) -> Path:
    """Return the folder of a job's checkpoints, `HEED_HOME/flink/checkpoints/<job>`.

    Process mode has one of its own, `<job>-process`: PyFlink stores a state in another form there, and reads
    what thread mode stored as if it were empty, without a word. A job that finds no checkpoint of its mode
    reads its topic from the beginning and loses nothing.
    """
    name = job if mode == "thread" else f"{job}-{mode}"
    return home_settings().home.resolve() / "flink" / "checkpoints" / name


def complete_checkpoints(folder: Path) -> list[Path]:
    """Return the complete checkpoints in `folder`, the newest first.

    Flink writes `<run>/chk-<n>/_metadata` last, so a checkpoint that was cut short has none. The number
    counts on from run to run and orders checkpoints where the clock was set back.
    """
    found = [metadata.parent for metadata in folder.glob("*/chk-*/_metadata") if metadata.stat().st_size]
    return sorted(found, key=lambda path: (_number(path), (path / "_metadata").stat().st_mtime), reverse=True)


def remove_leftovers(folder: Path) -> None:
    """Remove the folders of runs that left no complete checkpoint."""
    for run in folder.iterdir() if folder.exists() else ():
        if run.is_dir() and not any(run.glob("chk-*/_metadata")):
            shutil.rmtree(run, ignore_errors=True)


def _number(path: Path) -> int:
    return int(path.name.removeprefix("chk-"))
