"""The operator that a bound says in words: "under" is `lt`, "or more" is `ge`."""

from __future__ import annotations

import re

# Their order counts: "not below" is looked for before "below".
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "ge",
        (
            r"\bat (?:the very )?least\b",
            r"\bor (?:more|newer|later|higher|better|above|up|longer|larger|over)\b",
            r"\band (?:up|above|newer|later|over|onwards?)\b",
            # "90 min or less": there "min" is a unit.
            r"(?<!\d)(?<!\d )\bmin(?:imum)?\b(?= )",
            r"\bonwards?\b|\bsince\b|\bfrom .* on\b|\d\s?\+|>=|\bnot below\b",
            r"\b(?:no|not) (?:less|older|earlier|lower|shorter) than\b",
        ),
    ),
    (
        "le",
        (
            r"\bat most\b|\bup to\b|\bmax(?:imum)?\b|\btops\b|\bwithin\b|<=",
            r"\bor (?:less|under|older|earlier|below|lower|shorter|fewer|cheaper)\b",
            r"\band (?:under|below|older|earlier|lower)\b",
            r"\b(?:no|not) (?:longer|more|newer|later|higher) than\b|\b(?:no|not) (?:over|above)\b",
        ),
    ),
    ("between", (r"\bbetween\b|\bfrom \S+ (?:to|until|till|through) ",)),
    ("around", (r"\b(?:around|about|roughly|approx\w*|circa|close to|or so)\b|\bish\b|~",)),
    (
        "lt",
        (
            r"\b(?:under|below|before|pre|prior to)\b|<",
            r"\b(?:less|shorter|older|earlier|cheaper|fewer|lower|smaller) than\b",
        ),
    ),
    (
        "gt",
        (
            r"\b(?:over|above|after|post|beyond)\b|>",
            r"\b(?:more|longer|newer|later|better|higher|greater|pricier) than\b",
        ),
    ),
)
_SPOKEN = tuple((op, re.compile("|".join(patterns))) for op, patterns in _WORDS)


def spoken_operator(words: str) -> str:
    """Return the operator that words in lower case say plainly ("around" is one here); "" where none.

    Words in which one side is rejected say that side: "nothing over two hours" is `gt`.

    Examples
    --------
    >>> spoken_operator("no longer than an hour"), spoken_operator("over an hour"), spoken_operator("an hour")
    ('le', 'gt', '')
    """
    return next((op for op, pattern in _SPOKEN if pattern.search(words)), "")
