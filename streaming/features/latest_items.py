"""The newest items of a list, each once: what `recent_item_ids` and `seen_item_ids` are made of."""

from __future__ import annotations

import msgspec


class LatestItems(msgspec.Struct, array_like=True):
    """At most `length` items, newest last; an item that comes again moves to the end.

    Examples
    --------
    >>> items = LatestItems()
    >>> for item in ["a", "b", "c", "a", "d"]:
    ...     items.update(item, length=3)
    >>> items.get()
    ('c', 'a', 'd')
    """

    # A dictionary keeps its insertion order, finds an item at once, and forgets its oldest at once.
    items: dict[str, None] = msgspec.field(default_factory=dict)

    def update(self, item_id: str, length: int) -> None:
        """Put the item at the end, and let the oldest go where there are too many."""
        self.items.pop(item_id, None)
        self.items[item_id] = None
        if len(self.items) > length:
            del self.items[next(iter(self.items))]

    def get(self) -> tuple[str, ...]:
        """Return the items, newest last."""
        return tuple(self.items)
