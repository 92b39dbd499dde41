"""Which events were applied already: a bounded memory of event ids."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

# A producer that retries repeats an event within seconds, a client that reconnects within minutes. A restart
# of the job repeats none: its state and its offsets are from one checkpoint.
LENGTH = 256
DIGEST_BYTES = 8


class Repeats(msgspec.Struct, array_like=True):
    """The newest 256 event ids, as 8 bytes each; two ids share them once in 10^17 pairs.

    Examples
    --------
    >>> repeats = Repeats()
    >>> [repeats.is_repeat(event_id) for event_id in ["a", "b", "a"]]
    [False, False, True]
    """

    # One string of bytes: it is searched, cut and written at the speed of memory.
    digests: bytes = b""

    def is_repeat(self, event_id: str) -> bool:
        """Say whether the event was seen before, and remember it."""
        digest = blake2b(event_id.encode(), digest_size=DIGEST_BYTES).digest()
        if digest in self.digests:
            return True
        self.digests = (self.digests + digest)[-LENGTH * DIGEST_BYTES :]
        return False
