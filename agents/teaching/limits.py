"""What may be spent on a teacher: requests, money, and how fast."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from agents.teaching.errors import LimitReachedError

# A token of English is about four characters; three keep an estimate on the safe side.
CHARACTERS_PER_TOKEN = 3


@dataclass(frozen=True)
class Prices:
    """Money for a million tokens, of the prompt and of the answer, in any currency."""

    prompt: float = 0.0
    answer: float = 0.0

    def cost(self, prompt_tokens: int, answer_tokens: int) -> float:
        """Return the price of a request."""
        return (prompt_tokens * self.prompt + answer_tokens * self.answer) / 1_000_000


@dataclass(frozen=True)
class Limits:
    """The most of everything; None and infinity do not limit."""

    requests: int | None = None
    cost: float | None = None
    requests_per_minute: float = float("inf")


class Budget:
    """Lets a request go when it may, and counts what it cost. Threads share it.

    A request that is under way counts at its highest possible price, so that many at once cannot together
    pass the limit that each alone would keep.
    """

    def __init__(self, limits: Limits, prices: Prices | None = None) -> None:
        self.limits = limits
        self.prices = prices or Prices()
        self.requests = 0
        self.prompt_tokens = 0
        self.answer_tokens = 0
        self._reserved = 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    @property
    def cost(self) -> float:
        """What has been spent."""
        return self.prices.cost(self.prompt_tokens, self.answer_tokens)

    def enter(self, prompt_characters: int, most_tokens: int) -> float:
        """Wait for the turn of a request, and return what is reserved for it: `leave` wants it back.

        Raises
        ------
        LimitReachedError
            The request would pass a limit.
        """
        worst = self.prices.cost(prompt_characters // CHARACTERS_PER_TOKEN + 1, most_tokens)
        with self._lock:
            if self.limits.requests is not None and self.requests >= self.limits.requests:
                raise LimitReachedError(f"The limit of {self.limits.requests} requests is reached.")
            if self.limits.cost is not None and self.cost + self._reserved + worst > self.limits.cost:
                raise LimitReachedError(
                    f"The next request could pass the limit of {self.limits.cost:g} "
                    f"({self.cost:.4f} is spent)."
                )
            self.requests += 1
            self._reserved += worst
            turn = max(self._next, time.monotonic())
            self._next = turn + 60 / self.limits.requests_per_minute
        time.sleep(max(0.0, turn - time.monotonic()))
        return worst

    def leave(self, reserved: float, prompt_tokens: int = 0, answer_tokens: int = 0) -> None:
        """Settle a request that ended; one that failed cost nothing."""
        with self._lock:
            self._reserved -= reserved
            self.prompt_tokens += prompt_tokens
            self.answer_tokens += answer_tokens
