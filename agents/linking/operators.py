"""The operator that a bound says in words: "under" is `lt`, "or more" is `ge`."""

from __future__ import annotations

import re

# What closes a bound behind its number, towards more and towards less: "1971 and older", "2 or fewer".
MORE = (
    r"more|newer|later|higher|better|above|up|upwards?|onwards?|beyond|over|longer|larger|bigger|greater"
    r"|harsher|stronger|rougher"
)
LESS = r"less|older|earlier|lower|below|under|shorter|smaller|fewer|cheaper|milder|tamer"
# Their order counts: "not below" is looked for before "below".
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "ge",
        (
            r"\bat (?:the )?(?:very )?least\b",
            rf"(?:\bor|\band|&) (?:{MORE})\b(?! than)",
            # "90 min or less": there "min" is a unit.
            r"(?<!\d)(?<!\d )\bmin(?:imum)?\b(?= )",
            r"\bonwards?\b|\bsince\b|\bfrom .* on\b|\d\s?\+|>=|\bnot below\b",
            r"\bupwards? of\b|\bstarting (?:at|from)\b",
            r"\b(?:no|not) (?:less|older|earlier|lower|shorter|smaller|fewer|cheaper|worse) than\b",
        ),
    ),
    (
        "le",
        (
            r"\bat (?:the )?(?:very )?most\b|\bup to\b|\bmax(?:imum)?\b|\btops\b|\bwithin\b|<=",
            r"(?:\b(?:not|never)|n['\u2019]?t) (?:to )?exceed(?:s|ing)?\b|\bcapped at\b",
            rf"(?:\bor|\band|&) (?:{LESS})\b(?! than)",
            r"\b(?:no|not) (?:longer|more|newer|later|higher) than\b",
            r"\b(?:no|not) (?:bigger|larger|greater|heavier|taller|pricier|dearer) than\b",
            r"\b(?:no|not) (?:over|above)\b",
        ),
    ),
    ("between", (r"\bbetween\b|\bfrom \S+ (?:to|until|till|through) ",)),
    ("around", (r"\b(?:around|about|roughly|approx\w*|circa|close to|or so)\b|\bish\b|~",)),
    (
        "lt",
        (
            r"\b(?:under|below|before|pre|prior to|inferior to|short of)\b|<",
            r"\b(?:less|shorter|older|earlier|cheaper|fewer|lower|smaller|lighter) than\b",
        ),
    ),
    (
        "gt",
        (
            r"\b(?:over|above|after|post|beyond|superior to|exceed(?:s|ing)?|in excess of)\b|>",
            r"\b(?:more|longer|newer|later|better|higher|greater) than\b",
            r"\b(?:bigger|larger|heavier|taller|pricier|dearer) than\b",
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
