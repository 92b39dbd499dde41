"""Words by which people tell of titles: what they liked, saw, praised and blamed."""

from __future__ import annotations

import re

FAVOURITE = r"fav(?:e|s|ou?rites?)?"
LIKED = rf"lik(?:e|ed|es)|lov(?:e|ed|es)|enjoy(?:ed|s)?|adored?|fan of|{FAVOURITE}|similar to|such as"
SEEN = r"seen|watched"
IS = r"is|was|were|are|remains?"
PRAISE = (
    rf"top|great|awesome|amazing|best|finest|{FAVOURITE}|brilliant|everything|fantastic|lovely|fun|good"
    r"|hilarious|incredible|perfect|classics?|wonderful|superb|masterpieces?|excellent|beautiful"
)
BLAME = (
    r"let-?down|lame|boring|terrible|awful|over-?rated|dull|bad|disappointing|disappointment|dumb|garbage|trash"
    r"|rubbish|mess|horrible|meh|crap|worst|dumbest|stupidest|insult|weak"
)
# A few words may stand before the verdict, none that turns it: "is *literally my* favourite".
FILLED = r"(?:(?!(?:not|never|no|hardly|less|too|so)\b)[\w']+\s+){0,3}?"
# Talk of titles: a verdict or a deed, and all that follows in the sentence.
TOLD = re.compile(
    rf"(?:\b(?:{LIKED}|{SEEN}|saw|watch(?:ing)?|hated?)\b|\be\.g\.)[^.!?;\n]*",
    re.IGNORECASE,
)
_DECLINED = r"not|pass on"
# In small letters: an expression that takes both kinds looks twice as long.
_TELLING = re.compile(rf"\(|\b(?:{IS}|{_DECLINED})\b|{TOLD.pattern}")
_CAPITALS = re.compile(r"[^\W\d_a-z].*?\s[^\W\d_a-z]", re.DOTALL)


def tells_of_titles(text: str) -> bool:
    """Whether a text may hold titles that the model left out or cut: most commands name none."""
    return _TELLING.search(text.casefold()) is not None or _CAPITALS.search(text) is not None
