"""`event_count`, `positive_count`, `version`: how many events there were, and of which sort."""

from __future__ import annotations

import msgspec

from streaming.features.observation import Observation


class Counts(msgspec.Struct, array_like=True):
    """Counts events, those that are no mere impression, and those that speak for the item.

    Examples
    --------
    >>> counts = Counts()
    >>> for kind, signal in [("impression", 0.0), ("click", 0.2), ("hide", -1.0)]:
    ...     counts.update(Observation("6", kind, None, signal, 0))
    >>> counts.version, counts.event_count, counts.positive_count
    (3, 2, 1)
    """

    version: int = 0
    event_count: int = 0
    positive_count: int = 0
    last_event_at: int = 0

    def update(self, seen: Observation) -> None:
        """Count the event and note its time if it is the newest."""
        self.version += 1
        self.event_count += seen.kind != "impression"
        self.positive_count += seen.signal > 0
        self.last_event_at = max(self.last_event_at, seen.at)
