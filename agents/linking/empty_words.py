"""Words that say nothing about what is wanted, should the model mark them alone."""

from __future__ import annotations

import re

EMPTY_WORDS = frozenset(
    """
    the a an of with in about some any something somewhere anything filmography kind sort type thing
    things lot bit made movie film good show me watch it this that one ones stuff more less not no
    only just and or but from to for high low under over off up fella fellow guy bloke chap
    today tonight tomorrow monday tuesday wednesday thursday friday saturday sunday
    like liked loved enjoyed hated damn damned goddamn fucking freaking frigging effing
    """.split()  # noqa: SIM905 - words are read in lines
)
_COMPANY = re.compile(r"(?:me|us|myself)\b", re.IGNORECASE)


def is_company(words: str) -> bool:
    """Whether words name the speaker and friends: "something funny for *me and my flatmates*"."""
    return _COMPANY.match(words) is not None
