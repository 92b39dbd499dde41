"""`recent_item_ids`: the last 50 items that a person was positive about, newest last."""

from __future__ import annotations

import msgspec

from streaming.features.latest_items import LatestItems
from streaming.features.observation import Observation

LENGTH = 50


class RecentItems(msgspec.Struct, array_like=True):
    """What a person took to of late.

    Examples
    --------
    >>> recent = RecentItems()
    >>> for item_id, signal in [("6", 1.0), ("7", -0.3), ("8", 0.2)]:
    ...     recent.update(Observation(item_id, "watch", None, signal, 0))
    >>> recent.get()
    ('6', '8')
    """

    latest: LatestItems = msgspec.field(default_factory=LatestItems)

    def update(self, seen: Observation) -> None:
        """Take the item in, if the event speaks for it."""
        if seen.signal > 0:
            self.latest.update(seen.item_id, LENGTH)

    def get(self) -> tuple[str, ...]:
        """Return the items, newest last."""
        return self.latest.get()
