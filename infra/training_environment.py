"""Where the parser is trained: an environment of its own, so that torch and CUDA stay out of what serves."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from infra.bootstrap import REQUIREMENTS, bring_uv, digest, reads, run_step
from infra.errors import MissingPieceError
from infra.settings import home
from infra.settings_file import CHECKOUT


def has_torch() -> bool:
    """Say whether this Python can train."""
    return find_spec("torch") is not None


def environment_folder() -> Path:
    """Return where the training environment lies."""
    return home() / "train"


def make_environment() -> None:
    """Install exactly the packages of `requirements/train.lock`; about 6 GB with CUDA's libraries."""
    folder = environment_folder()
    uv = bring_uv(home())
    run_step(
        "making the training environment",
        [uv, "venv", "--clear", "--quiet", "--python", sys.executable, folder],
    )
    into = ["--python", str(folder / "bin" / "python"), "--require-hashes"]
    run_step("installing the packages of requirements/train.lock", [uv, "pip", "sync", *into, _lock()])
    (folder / "heed-stamp").write_text(digest(_lock()))


def go_on_there(words: list[str]) -> NoReturn:
    """Replace this process by `heed WORDS` in the training environment.

    Raises
    ------
    MissingPieceError
        There is none, or it holds other packages than the lock.
    """
    folder = environment_folder()
    if not reads(folder / "heed-stamp", digest(_lock())):
        raise MissingPieceError(
            "Training the parser needs torch, which is kept out of the environment that serves; "
            "`heed train parser --install` makes one with it (about 6 GB) and goes on there."
        )
    os.chdir(CHECKOUT)
    python = str(folder / "bin" / "python")
    os.execv(python, [python, "-m", "infra.cli", *words])  # noqa: S606 - our own interpreter and our own words


def _lock() -> Path:
    return REQUIREMENTS / "train.lock"
