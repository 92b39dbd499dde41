"""Exponentially decayed sums: what happened a half-life ago counts half.

Cormode, Shkapenyuk, Srivastava, Xu: Forward Decay, ICDE 2009. A sum is kept as of its newest event; an older
event that arrives late is added with the weight that it would have by then, so the order does not matter.
"""

from __future__ import annotations

import msgspec


def fade(elapsed: float, half_life: float) -> float:
    r"""Return :math:`2^{-elapsed / half\_life}`; both in the same unit."""
    return float(2.0 ** (-elapsed / half_life))


class DecayedSum(msgspec.Struct, array_like=True):
    r""":math:`\sum_i x_i \, 2^{-(t - t_i)/h}` as of the newest :math:`t`.

    Examples
    --------
    >>> total = DecayedSum()
    >>> for x, at in [(1.0, 0), (1.0, 10), (1.0, 5)]:
    ...     total.update(x, at, half_life=5)
    >>> total.get(10, half_life=5)
    1.75
    >>> total.get(15, half_life=5)
    0.875
    """

    total: float = 0.0
    at: int = 0

    def update(self, x: float, at: int, half_life: float) -> None:
        """Add `x` that happened at `at`."""
        if at >= self.at:
            self.total = self.total * fade(at - self.at, half_life) + x
            self.at = at
        else:
            self.total += x * fade(self.at - at, half_life)

    def get(self, at: int, half_life: float) -> float:
        """Return the sum as of `at`, which is not before the newest event."""
        return self.total * fade(at - self.at, half_life)
