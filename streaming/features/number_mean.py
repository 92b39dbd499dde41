"""`number_mean`, `number_count`: what the items that a person was positive about have in common."""

from __future__ import annotations

import msgspec

from streaming.features.observation import Observation


class NumberMean(msgspec.Struct, array_like=True):
    """Means that leave unknown numbers out, 0 where none was known.

    Examples
    --------
    >>> means = NumberMean.of(width=2)
    >>> means.update(Observation("6", "purchase", None, 1.0, 0, numbers=(1995.0, None)))
    >>> means.update(Observation("7", "purchase", None, 1.0, 0, numbers=(1997.0, None)))
    >>> means.update(Observation("8", "hide", None, -1.0, 0, numbers=(1950.0, 90.0)))
    >>> means.get(), means.counts
    ((1996.0, 0.0), [2, 0])
    """

    totals: list[float]
    counts: list[int]

    @classmethod
    def of(cls, width: int) -> NumberMean:
        """Return the means over nothing, of `width` fields."""
        return cls([0.0] * width, [0] * width)

    def update(self, seen: Observation) -> None:
        """Take the item's numbers in, if the event speaks for it."""
        if seen.signal <= 0:
            return
        for field, number in enumerate(seen.numbers):
            if number is not None:
                self.totals[field] += number
                self.counts[field] += 1

    def get(self) -> tuple[float, ...]:
        """Return the mean of each field."""
        return tuple(
            total / count if count else 0.0 for total, count in zip(self.totals, self.counts, strict=True)
        )
