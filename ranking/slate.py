"""What goes into the feed and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agents.types import Intent
from ranking.behavior import COLD, BehaviorFeatures


@dataclass(frozen=True, kw_only=True)
class FeedRequest:
    """One person asks for a feed. `explain` adds what each wish contributed to every entry's breakdown."""

    user_id: str
    limit: int = 20
    intent: Intent
    behavior: BehaviorFeatures = COLD
    now: datetime
    explain: bool = False


@dataclass(frozen=True, kw_only=True)
class SlateEntry:
    """One item of the feed: its score (higher is better), why it is there, and the parts of the score."""

    item_id: str
    score: float
    reasons: tuple[str, ...]
    breakdown: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class PartReport:
    """What one part of the feed did: items before and after, time, and what it has to say."""

    name: str
    count_in: int
    count_out: int
    milliseconds: float
    note: str = ""
    enabled: bool = True


@dataclass(frozen=True, kw_only=True)
class Slate:
    """A feed as it is served: entries best first, sentences for the person, and one report per part."""

    slate_id: str
    entries: tuple[SlateEntry, ...]
    notes: tuple[str, ...] = ()
    parts: tuple[PartReport, ...] = field(default=())
    intent_version: int = 0
