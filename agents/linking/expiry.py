"""How long a wish holds: "tonight", "this week", "for three days", "until Sunday"."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from agents.linking.quantities import in_digits

# A night ends when people sleep, not at midnight.
NIGHT_ENDS = 4
_OF_TIME = re.compile(
    r"\b(?:tonight|evening|today|afternoon|night|day|week|month|weekend|until|till|til)s?\b|days|weeks|months"
)
_TONIGHT = re.compile(r"\b(?:tonight|this evening|today|this afternoon|for the night|for the day)\b")
_WEEKEND = re.compile(r"\b(?:this|the) weekend\b")
_WEEK = re.compile(r"\bthis week\b")
_MONTH = re.compile(r"\bthis month\b")
_SPAN = re.compile(
    r"\b(?:for|over|in) (?:the )?(?:next )?(?P<n>\d+|an?|few|couple of)? ?(?P<unit>day|week|month)s?\b"
)
_UNTIL = re.compile(
    r"\b(?:until|till|til) (?P<when>monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow"
    r"|the end of the (?:week|month)|next \w+)"
)
_DAYS = {"day": 1, "week": 7, "month": 30}


def expiry(text: str, now: datetime) -> datetime | None:
    """Return when the wishes of a command end, or None where it names no end. `now` carries its time zone."""
    words = text.casefold()
    if _OF_TIME.search(words) is None:
        return None
    night = (now + timedelta(days=0 if now.hour < NIGHT_ENDS else 1)).replace(
        hour=NIGHT_ENDS, minute=0, second=0, microsecond=0
    )
    if _TONIGHT.search(words):
        return night
    if _WEEK.search(words) or _WEEKEND.search(words):
        return night + timedelta(days=6 - now.weekday())
    if _MONTH.search(words):
        first = (now.replace(day=1) + timedelta(days=32)).replace(day=1)
        return first.replace(hour=NIGHT_ENDS, minute=0, second=0, microsecond=0)
    span = _SPAN.search(in_digits(words))
    if span:
        n = {"a": 1, "an": 1, "few": 3, "couple of": 2, None: 1}.get(span["n"])
        return now + timedelta(days=(n if n is not None else min(int(span["n"]), 3650)) * _DAYS[span["unit"]])
    until = _UNTIL.search(words)
    return _date(until["when"], now) if until else None


def _date(words: str, now: datetime) -> datetime | None:
    import dateparser

    settings = {"PREFER_DATES_FROM": "future", "RELATIVE_BASE": now.replace(tzinfo=None)}
    found: datetime | None = dateparser.parse(words.removeprefix("the "), languages=["en"], settings=settings)
    return found.replace(hour=23, minute=59, second=59, microsecond=0, tzinfo=now.tzinfo) if found else None
