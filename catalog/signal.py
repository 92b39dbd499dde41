"""What a behaviour says of a person's taste, on one scale from -1 (rejects) to 1 (loves)."""

from __future__ import annotations

import math

from catalog.errors import UnknownKindError, nearest

# A rating is the only kind whose strength depends on its value: 3 stars of 5 say nothing either way.
NEUTRAL_STARS = 3.0
STARS_PER_UNIT = 2.0

SIGNALS: dict[str, float] = {
    "impression": 0.0,
    "click": 0.2,
    "cart": 0.5,
    "watch": 0.6,
    "purchase": 1.0,
    "skip": -0.3,
    "hide": -1.0,
}
KINDS: tuple[str, ...] = ("rate", *SIGNALS)


def signal(kind: str, value: float | None = None) -> float:
    """Return what one behaviour says of the taste, in [-1, 1].

    `value` is the stars (0.5 to 5) of a `rate` and ignored for other kinds; a rating without stars says 0.

    Raises
    ------
    UnknownKindError
        If `kind` is none of `KINDS`.

    Examples
    --------
    >>> signal("rate", 5.0), signal("rate", 0.5), signal("skip")
    (1.0, -1.0, -0.3)
    """
    if kind == "rate":
        # A Parquet reader gives NaN where a value is missing.
        if value is None or math.isnan(value):
            return 0.0
        return max(-1.0, min(1.0, (value - NEUTRAL_STARS) / STARS_PER_UNIT))
    try:
        return SIGNALS[kind]
    except KeyError:
        raise UnknownKindError(
            f"There is no behaviour '{kind}'{nearest(kind, KINDS)}; use one of {', '.join(KINDS)}."
        ) from None
