"""Keyed state with its decoded values in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)

# Keys whose state is kept decoded: about 20 KB each.
CAPACITY = 2_000


class CachedState(Generic[S]):
    """One struct per key in Flink's state, as MessagePack; the keys in use are held decoded as well.

    Reading costs as much as writing, and the operator is the only writer: so each event writes once, which
    is what a checkpoint needs, and reads only where the key was not used for a while. Make it in `open`:
    an operator that is restored must begin with an empty memory.

    Parameters
    ----------
    stored
        Flink's `ValueState` of bytes.
    kind
        The struct.
    fresh
        Returns the state of a key that was never seen.
    """

    def __init__(self, stored: Any, kind: type[S], fresh: Callable[[str], S]) -> None:
        self._stored = stored
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._encoder = msgspec.msgpack.Encoder()
        self._fresh = fresh
        self._decoded: OrderedDict[str, S] = OrderedDict()

    def get(self, key: str) -> S:
        """Return the state of the key that Flink is at; the caller may change it and must then `put` it."""
        state = self._decoded.get(key)
        if state is not None:
            self._decoded.move_to_end(key)
            return state
        stored = self._stored.value()
        state = self._fresh(key) if stored is None else self._decoder.decode(stored)
        self._decoded[key] = state
        if len(self._decoded) > CAPACITY:
            self._decoded.popitem(last=False)
        return state

    def put(self, state: S) -> None:
        """Write the state of the key that Flink is at."""
        self._stored.update(self._encoder.encode(state))
