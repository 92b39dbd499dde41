"""`heed train ranker`: everything that ranks, trained on the loaded interactions.

The events are split once by time. EASE is fitted before `SPLIT[0]` and the ranking model learns from the
moments between the two, so it sees EASE as it will be: without knowledge of what comes. Nothing after
`SPLIT[1]` is used for the model, which is what `batch.evaluate_ranker` judges it on. The EASE that is served
is fitted on all events, for the sake of new items.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import structlog

from batch.moments import Past, sample_moments
from batch.training_set import training_set, wishes_for
from batch.wishes import Wisher
from catalog.settings import home_settings
from catalog.store import load_catalog, load_interactions
from ranking import collaborative, model
from ranking.context import CatalogState, catalog_state
from ranking.errors import TooLittleDataError
from ranking.interactions import Interactions, interactions_of
from ranking.popularity import no_popularity
from ranking.semantic import SemanticIndex, TextEncoder, build_index
from streaming.settings import load_factory, streaming_settings

log = structlog.get_logger(__name__)

# Shares of all events. The first leaves EASE most of them, the second a fifth to be judged on.
SPLIT = (0.6, 0.8)
# More moments than these make no better model of the embedded films; a person gives at most so many.
MOMENTS, PER_PERSON = 2000, 30
# At half of the moments something is said, so the model learns to do with and without.
SPOKEN = 0.5

# Called with (step, done, total).
StepProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was trained, on how much, and how long it took in seconds."""

    events: int
    warm_items: int
    regularisation: float
    moments: int
    queries: int
    rows: int
    trees: int
    seconds: float
    version: str


def train_ranker(
    home: Path | None = None, *, encoder: TextEncoder | None = None, progress: StepProgress | None = None
) -> Report:
    """Fit EASE, build the training set, train the ranking model, and write both under `home/models`.

    Parameters
    ----------
    home : Path, optional
        `HEED_HOME` by default. Its feature tables must be backfilled.
    encoder : TextEncoder, optional
        The parser's own by default; the feed must use the same.
    progress : callable, optional
        Called with (step, done, total) along the way.

    Raises
    ------
    TableFileError
        Where the feature tables are missing.
    TooLittleDataError
        Where there are too few events to learn from.
    """
    started = time.perf_counter()
    tell = progress or _silent
    past, semantic = open_past(home, encoder, tell)
    first, second = split_times(past.log)

    tell("collaborative", 0, 3)
    chosen = collaborative.choose_regularisation(past.log, past.catalog, first)
    tell("collaborative", 1, 3)
    state = state_at(past, semantic, first, chosen)
    tell("collaborative", 2, 3)
    served = collaborative.fit(past.log, past.catalog, regularisation=chosen)
    tell("collaborative", 3, 3)

    moments = sample_moments(past.log, first, second, per_user=PER_PERSON, limit=MOMENTS)
    wisher = Wisher(past.catalog, state.features, np.random.default_rng(0))
    wishes = wishes_for(moments, wisher, SPOKEN)
    dataset = training_set(past, state, moments, wishes, partial(tell, "training set"))
    ranker = model.train(
        dataset,
        past.home / "models" / "ranker",
        facts={"trained_from": first, "trained_until": second, "regularisation": chosen},
        progress=partial(tell, "ranking model"),
    )
    # After the ranker: where training fails, the models that are served still belong together.
    collaborative.save(served, past.home / "models" / "collaborative")
    report = Report(
        events=len(past.log),
        warm_items=len(served.warm),
        regularisation=chosen,
        moments=len(moments),
        queries=len(dataset.groups),
        rows=len(dataset.labels),
        trees=model.TREES,
        seconds=time.perf_counter() - started,
        version=ranker.version,
    )
    log.info("ranker_trained", version=report.version, queries=report.queries, seconds=report.seconds)
    return report


def open_past(
    home: Path | None, encoder: TextEncoder | None, progress: StepProgress | None = None
) -> tuple[Past, SemanticIndex]:
    """Return what happened, from `home`, and the places of its items in the encoder's space."""
    place = home or home_settings().home
    folder = None if home is None else place / "data" / home_settings().domain
    catalog = load_catalog(folder)
    past = Past(place, catalog, interactions_of(load_interactions(folder), catalog))
    if encoder is None:
        # The setting of the sink and of the feed: what is learned here must lie in their space.
        encoder = load_factory("HEED_ENCODER", streaming_settings().encoder)()
    index = build_index(catalog, encoder, place / "models" / "items", partial(progress or _silent, "items"))
    return past, index


def split_times(events: Interactions) -> tuple[int, int]:
    """Return the two times that split the events, in microseconds since 1970."""
    if not len(events):
        raise TooLittleDataError("The ranking model", 0, "1 interaction")
    return events.time_at(SPLIT[0]), events.time_at(SPLIT[1])


def state_at(past: Past, semantic: SemanticIndex, until: int, regularisation: float) -> CatalogState:
    """Return what a feed would have held of the catalogue at `until`; no ranking model yet."""
    fitted = collaborative.fit(past.log, past.catalog, until, regularisation=regularisation)
    return catalog_state(past.catalog, semantic, no_popularity(len(past.catalog)), collaborative=fitted)


def _silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""
