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

from infra.console import Tell
from infra.settings import home
from infra.settings_file import CHECKOUT

# Called with a step's sentence while it runs; yields what the step tells its progress to.
Working = Callable[[str], AbstractContextManager[Tell]]

# Names the hashes of the parser's files: other weights mean other embeddings.
PARSER_MODEL = CHECKOUT / "agents" / "student" / "model" / "manifest.json"


@dataclass(frozen=True)
class Step:
    """One step: `run` makes `outputs` from `inputs` with the code in `rooms`.

    `read_by` names the parts that read the outputs when they start, and only then.
    """

    name: str
    what: str
    rooms: tuple[str, ...]
    inputs: Callable[[], Sequence[Path]]
    outputs: Callable[[], Sequence[Path]]
    run: Callable[[Tell], None]
    read_by: tuple[str, ...] = ()

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
    kept = [
        path
        for path in files
        if path.suffix in (".py", ".sql", ".yaml", ".csv") and "service" not in path.parts
    ]
    return sorted(kept)


def steps() -> tuple[Step, ...]:
    """Return the steps in the order in which each finds what it needs."""
    models = home() / "models"
    return (
        Step(
            name="catalogue",
            what="load the catalogue that is served",
            rooms=("catalog",),
            inputs=_catalogue_files,
            outputs=_catalogue_files,
            run=_load_catalogue,
            read_by=("intent-job", "behavior-job", "sink", "teacher", "api"),
        ),
        Step(
            name="checks",
            what="check the catalogue",
            rooms=("catalog", "batch/checks"),
            inputs=_catalogue_files,
            outputs=lambda: [],
            run=_check_what_came_in,
        ),
        Step(
            name="features",
            what="compute the passive features",
            rooms=("catalog", "batch"),
            inputs=_catalogue_files,
            outputs=_feature_files,
            run=_compute_features,
        ),
        Step(
            name="feature-checks",
            what="check the features",
            rooms=("batch/checks",),
            inputs=_feature_files,
            outputs=lambda: [],
            run=_check,
        ),
        Step(
            name="feast",
            what="apply the feature definitions and fill the online store",
            rooms=("catalog", "feature_repo"),
            inputs=_feature_files,
            outputs=lambda: [home() / "feast" / "registry.db"],
            run=_fill_online_store,
            read_by=("sink", "api"),
        ),
        Step(
            name="models",
            what="embed the items and train the ranking model",
            rooms=("catalog", "batch", "ranking"),
            inputs=lambda: [*_catalogue_files(), *_feature_files(), PARSER_MODEL],
            outputs=lambda: [models / name for name in ("ranker", "collaborative", "items")],
            run=_train,
            # The parser's model is among the inputs, and the job and the sink hold it.
            read_by=("intent-job", "sink", "api"),
        ),
    )


def run_steps(working: Working, report: Callable[[str, float], None]) -> tuple[str, ...]:
    """Do every step that is not done, and return the parts that must start again to see what is new.

    `report` gets a step's sentence and its seconds (0: it was done before).
    """
    outdated: list[str] = []
    for step in steps():
        if step.is_done():
            report(step.what, 0.0)
            continue
        started = time.monotonic()
        with working(step.what) as tell:
            step.run(tell)
        step.mark_done()
        report(step.what, time.monotonic() - started)
        outdated += [part for part in step.read_by if part not in outdated]
    return tuple(outdated)


def _catalogue_files() -> list[Path]:
    from catalog.store import data_folder

    return [data_folder() / name for name in ("items.parquet", "interactions.parquet")]


def _feature_files() -> list[Path]:
    names = ("user_behavior", "item_popularity", "item_profile", "user_intent")
    return [home() / "features" / f"{name}.parquet" for name in names]


def _load_catalogue(_: Tell) -> None:
    from catalog.store import load_catalog

    load_catalog()


def _check_what_came_in(tell: Tell) -> None:
    """Check what the features are computed from; features of an earlier catalogue only stand in the way."""
    _check(tell, without_features=True)


def _check(tell: Tell, *, without_features: bool = False) -> None:
    from batch.checks.report import stop_at_failures
    from batch.checks.run import check_files

    reports = []
    for report in check_files(without_features=without_features):
        reports.append(report)
        tell(report.table, len(reports), len(reports))
    stop_at_failures(reports)


def _compute_features(_: Tell) -> None:
    from batch.backfill import backfill

    backfill()


def _fill_online_store(_: Tell) -> None:
    with warnings.catch_warnings():  # importing Feast turns every library's deprecations on, for good
        from batch.materialize import materialize

        materialize()


def _train(tell: Tell) -> None:
    from batch.train_ranker import train_ranker

    train_ranker(progress=tell)
