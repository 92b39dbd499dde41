"""The feed: one pipeline of small parts, from a request to a slate that obeys.

Person and wishes -> plan -> unseen -> Filter -> sources -> Matcher -> Attenuator -> ranking model ->
Aggregator -> selection -> last gate -> reasons. Every part says what it did and how long it took.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from catalog.items import Catalog
from catalog.settings import home_settings
from ranking import collaborative, model
from ranking.context import CatalogState, catalog_state
from ranking.features import feature_names
from ranking.manifest import MANIFEST
from ranking.parts.chain import Further, Matching, Planned
from ranking.parts.exclusions import Unseen
from ranking.parts.gate import Gate
from ranking.parts.intent import Planning, hydrate
from ranking.parts.relaxation import Relaxation
from ranking.parts.run import Part, Run, count
from ranking.parts.scoring import Ranking
from ranking.parts.selection import Selection
from ranking.parts.sources import Sources
from ranking.popularity import Popularity, no_popularity
from ranking.reasons import Reasons
from ranking.semantic import TextEncoder, build_index
from ranking.slate import FeedRequest, PartReport, Slate, SlateEntry
from ranking.tools import TOOLS, Tool

PARTS: tuple[Part, ...] = (
    Planning(),
    Unseen(),
    Planned("filter"),
    Sources(),
    Matching(),
    Planned("attenuator"),
    Further(),
    Ranking(),
    Planned("aggregator"),
    Selection(),
    Gate(),
    Relaxation(),
    Reasons(),
)


class Feed:
    """Serves slates from a catalogue's state.

    Parameters
    ----------
    state
        What is known of the catalogue (`ranking.context.catalog_state`).
    tools
        The tools by name; a plan may name any of them.
    parts
        The pipeline. It must end with the gate, the relaxation and the reasons.
    """

    def __init__(
        self, state: CatalogState, tools: Mapping[str, Tool] = TOOLS, parts: Sequence[Part] = PARTS
    ) -> None:
        self.state = state
        self.tools = tools
        self.parts = tuple(parts)

    def serve(self, request: FeedRequest) -> Slate:
        """Return the slate for a request. Never raises on any intent: what cannot be done becomes a note."""
        started = time.perf_counter()
        run = hydrate(request, self.state, self.tools)
        size = len(run.candidates)
        remark = f"{len(run.context.preferences)} preferences, {len(run.context.taste.history)} likes"
        reports = [
            PartReport(
                name="person", count_in=size, count_out=size, milliseconds=_since(started), note=remark
            )
        ]
        for part in self.parts:
            run, report = _applied(part, run)
            reports.append(report)
        return Slate(
            slate_id=uuid.uuid4().hex,
            entries=run.entries,
            notes=run.notes,
            parts=tuple(reports),
            intent_version=request.intent.version,
        )

    def refresh(self, popularity: Popularity) -> None:
        """Go by another popularity from the next request on; one that is being served keeps the old."""
        self.state = replace(self.state, popularity=popularity)


def load_feed(
    catalog: Catalog, encoder: TextEncoder, popularity: Popularity | None = None, folder: Path | None = None
) -> Feed:
    """Make a feed from what lies under `HEED_HOME/models` (or `folder`).

    What is not trained yet is left out: the feed then goes by wishes, content and popularity.

    Raises
    ------
    ModelFileError
        Where a trained model is damaged or belongs to another catalogue.
    """
    if catalog.terms is not None:
        catalog.terms.prepare()
    models = folder or home_settings().home / "models"
    ranker = models / "ranker"
    weights = models / "collaborative"
    return Feed(
        catalog_state(
            catalog,
            build_index(catalog, encoder, models / "items"),
            no_popularity(len(catalog)) if popularity is None else popularity,
            collaborative=collaborative.load(weights, catalog) if (weights / MANIFEST).exists() else None,
            ranker=model.load(ranker, feature_names(catalog.domain))
            if (ranker / MANIFEST).exists()
            else None,
        )
    )


def _applied(part: Part, run: Run) -> tuple[Run, PartReport]:
    before, started = count(run), time.perf_counter()
    enabled = part.enabled(run)
    after = part.apply(replace(run, remark="")) if enabled else run
    report = PartReport(
        name=part.name,
        count_in=before,
        count_out=count(after),
        milliseconds=_since(started),
        note=after.remark if enabled else "",
        enabled=enabled,
    )
    return after, report


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


__all__ = ["PARTS", "Feed", "FeedRequest", "PartReport", "Slate", "SlateEntry", "load_feed"]
