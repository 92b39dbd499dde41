"""At most one message per key and interval: the first at once, the last of the rest at its end."""

from __future__ import annotations


class Throttle:
    """Decides when a key's newest value is sent.

    A person who clicks once is served at once; one who does fifty things a second costs one message a
    second. The caller sets a timer where it is told a later time, and calls `fired` when it fires.

    Examples
    --------
    >>> throttle = Throttle(interval=1.0)
    >>> throttle.offer("42", now=10.0), throttle.offer("42", now=10.2), throttle.offer("42", now=10.4)
    (10.0, 11.0, None)
    >>> throttle.fired("42", now=11.0)
    >>> throttle.offer("42", now=13.0)
    13.0
    """

    # More keys than send within one interval: those that are forgotten are merely sent at once again.
    MAX_KEYS = 100_000

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._sent: dict[str, float] = {}
        self._waiting: set[str] = set()

    def offer(self, key: str, now: float) -> float | None:
        """Return when to send: `now`, a later time to set a timer for, or None where one is set already."""
        if key in self._waiting:
            return None
        due = self._sent.get(key, -self._interval) + self._interval
        if due > now:
            self._waiting.add(key)
            return due
        self._note(key, now)
        return now

    def fired(self, key: str, now: float) -> None:
        """Note that the timer of a key fired and its value was sent."""
        self._waiting.discard(key)
        self._note(key, now)

    def _note(self, key: str, now: float) -> None:
        if len(self._sent) >= self.MAX_KEYS:
            self._sent.clear()
        self._sent[key] = now
