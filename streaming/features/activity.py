"""`activity_30d`: the decayed count of events, half-life 30 days."""

from __future__ import annotations

import msgspec

from streaming.features.decayed import DecayedSum
from streaming.features.observation import MICROSECONDS_PER_DAY, Observation

HALF_LIFE = 30 * MICROSECONDS_PER_DAY


class Activity(msgspec.Struct, array_like=True):
    """How much a person did of late.

    Examples
    --------
    >>> activity = Activity()
    >>> for day in (0, 30):
    ...     activity.update(Observation("6", "click", None, 0.2, day * MICROSECONDS_PER_DAY))
    >>> activity.get(30 * MICROSECONDS_PER_DAY)
    1.5
    """

    events: DecayedSum = msgspec.field(default_factory=DecayedSum)

    def update(self, seen: Observation) -> None:
        """Count the event."""
        self.events.update(1.0, seen.at, HALF_LIFE)

    def get(self, at: int) -> float:
        """Return the decayed count as of `at`."""
        return self.events.get(at, HALF_LIFE)
