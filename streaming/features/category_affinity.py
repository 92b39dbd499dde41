"""`category_affinity`: the taste along the domain's affinity field, half-life 180 days."""

from __future__ import annotations

import msgspec

from streaming.features.decayed import fade
from streaming.features.observation import MICROSECONDS_PER_DAY, Observation

HALF_LIFE = 180 * MICROSECONDS_PER_DAY


class CategoryAffinity(msgspec.Struct, array_like=True):
    r""":math:`a_c = \sum_{i: c \in item_i} signal_i \, 2^{-(t - t_i)/h}` for each declared value c.

    Examples
    --------
    >>> affinity = CategoryAffinity.of(width=3)
    >>> affinity.update(Observation("6", "purchase", None, 1.0, 0, categories=(0, 2)))
    >>> affinity.update(Observation("7", "hide", None, -1.0, HALF_LIFE, categories=(1,)))
    >>> affinity.get(HALF_LIFE)
    (0.5, -1.0, 0.5)
    """

    totals: list[float]
    at: int = 0

    @classmethod
    def of(cls, width: int) -> CategoryAffinity:
        """Return the affinity of somebody of whom nothing is known, to `width` values."""
        return cls([0.0] * width)

    def update(self, seen: Observation) -> None:
        """Add the event's signal to every value that the item has."""
        if not seen.signal or not seen.categories:
            return
        weight = seen.signal
        if seen.at >= self.at:
            faded = fade(seen.at - self.at, HALF_LIFE)
            self.totals = [total * faded for total in self.totals]
            self.at = seen.at
        else:
            weight *= fade(self.at - seen.at, HALF_LIFE)
        for category in seen.categories:
            self.totals[category] += weight

    def get(self, at: int) -> tuple[float, ...]:
        """Return the affinities as of `at`, which is not before the newest event."""
        faded = fade(at - self.at, HALF_LIFE)
        return tuple(total * faded for total in self.totals)
