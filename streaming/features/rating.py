"""`rating_count`, `rating_mean`: the stars given."""

from __future__ import annotations

import msgspec

from streaming.features.observation import Observation


class Rating(msgspec.Struct, array_like=True):
    """The mean of the stars of `rate` events, 0 where there are none.

    Examples
    --------
    >>> rating = Rating()
    >>> rating.get()
    0.0
    >>> for stars in (5.0, 2.0, 3.5):
    ...     rating.update(Observation("6", "rate", stars, 0.0, 0))
    >>> rating.count, rating.get()
    (3, 3.5)
    """

    count: int = 0
    total: float = 0.0

    def update(self, seen: Observation) -> None:
        """Take the stars in, if the event gives any."""
        if seen.kind == "rate" and seen.value is not None:
            self.count += 1
            self.total += seen.value

    def get(self) -> float:
        """Return the mean."""
        return self.total / self.count if self.count else 0.0
