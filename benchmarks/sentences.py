"""What the benchmarks say to the feed: every act of the contract, short and long."""

from __future__ import annotations

COMMANDS = (
    "no more horror",
    "something like Heat but under two hours",
    "only comedies from the 90s",
    "actually make it the 80s",
    "less violence, something warm",
    "PG-13 at most",
    "I'm tired of superhero films, show me an older thriller or a western instead",
    "nothing longer than 100 minutes",
    "horror is fine again",
    "undo",
    "more science fiction, and well rated please",
    "start over",
)
