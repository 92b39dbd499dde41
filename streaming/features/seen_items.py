"""`seen_item_ids`: the last 1,000 items watched, rated, bought or hidden, newest last, each once."""

from __future__ import annotations

import msgspec

from streaming.features.latest_items import LatestItems
from streaming.features.observation import Observation

LENGTH = 1_000
KINDS = frozenset({"watch", "rate", "purchase", "hide"})


class SeenItems(msgspec.Struct, array_like=True):
    """What need not be shown again.

    Examples
    --------
    >>> seen = SeenItems()
    >>> for item_id, kind in [("6", "watch"), ("7", "click"), ("8", "hide")]:
    ...     seen.update(Observation(item_id, kind, None, 0.0, 0))
    >>> seen.get()
    ('6', '8')
    """

    latest: LatestItems = msgspec.field(default_factory=LatestItems)

    def update(self, seen: Observation) -> None:
        """Take the item in, if the event means that the person knows it."""
        if seen.kind in KINDS:
            self.latest.update(seen.item_id, LENGTH)

    def get(self) -> tuple[str, ...]:
        """Return the items, newest last."""
        return self.latest.get()
