"""The steps from nothing to a state that the stack can serve; each is done again when its inputs change.

A step's stamp under `HEED_HOME/stamps` holds a hash of its inputs: files by content, and the code that makes
its outputs. So a second run costs the hashing, and what a changed catalogue leads to is made anew.
"""

from __future__ import annotations

import hashlib
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from infra.settings import home
from infra.settings_file import CHECKOUT

# Called with a step's sentence while it runs; the demonstration and `heed up` show it in their own way.
Working = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class Step:
    """One step: `run` makes `outputs` from `inputs` with the code of `rooms`."""

    name: str
    what: str
    rooms: tuple[str, ...]
    inputs: Callable[[], Sequence[Path]]
    outputs: Callable[[], Sequence[Path]]
    run: Callable[[], None]

    def is_done(self) -> bool:
        """Say whether the outputs are there, made from the inputs as they are now."""
        if not all(path.exists() for path in self.outputs()):
            return False
        return _stamp(self.name).exists() and _stamp(self.name).read_text() == self.fingerprint()

    def fingerprint(self) -> str:
        """Return the hash of the inputs' contents and of the code."""
        digest = hashlib.blake2b(digest_size=16)
        for path in [*_sources(self.rooms), *self.inputs()]:
            digest.update(path.name.encode())
            digest.update(path.read_bytes() if path.exists() else b"absent")
        return digest.hexdigest()

    def mark_done(self) -> None:
        """Leave the stamp."""
        _stamp(self.name).parent.mkdir(parents=True, exist_ok=True)
        _stamp(self.name).write_text(self.fingerprint())


def _stamp(name: str) -> Path:
    return home() / "stamps" / name


def _sources(rooms: Iterable[str]) -> list[Path]:
    """Return the rooms' code. The HTTP service and the page are left out: no model depends on them."""
    files = [path for room in rooms for path in (CHECKOUT / room).rglob("*")]
    kept = [path for path in files if path.suffix in (".py", ".sql", ".yaml") and "service" not in path.parts]
    return sorted(kept)


def steps() -> tuple[Step, ...]:
    """Return the steps in the order in which each finds what it needs."""
    return (
        Step(
            name="catalogue",
            what="load the catalogue that is served",
            rooms=("catalog",),
            inputs=_catalogue_files,
            outputs=_catalogue_files,
            run=_load_catalogue,
        ),
        Step(
            name="features",
            what="compute the passive features",
            rooms=("catalog", "batch"),
            inputs=_catalogue_files,
            outputs=lambda: [home() / "features" / "user_behavior.parquet"],
            run=_compute_features,
        ),
        Step(
            name="feast",
            what="apply the feature definitions",
            rooms=("catalog", "feature_repo"),
            inputs=lambda: [],
            outputs=lambda: [home() / "feast" / "registry.db"],
            run=_apply_definitions,
        ),
    )


def run_steps(working: Working, report: Callable[[str, float], None]) -> None:
    """Do every step that is not done. `report` gets a step's sentence and its seconds (0: it was done)."""
    for step in steps():
        if step.is_done():
            report(step.what, 0.0)
            continue
        started = time.monotonic()
        with working(step.what):
            step.run()
        step.mark_done()
        report(step.what, time.monotonic() - started)


def _catalogue_files() -> list[Path]:
    from catalog.store import data_folder

    return [data_folder() / name for name in ("items.parquet", "interactions.parquet")]


def _load_catalogue() -> None:
    from catalog.store import load_catalog

    load_catalog()


def _compute_features() -> None:
    from batch.backfill import backfill

    backfill()


def _apply_definitions() -> None:
    with warnings.catch_warnings():  # importing Feast turns every library's deprecations on, for good
        from feature_repo.store import apply

        apply()
