"""Values beside what the model saw: "in green or *blue*", "size *S*", "*a dress* in black".

A model that never met the goods of a domain marks the first of a list and overlooks the next. What stands in
one list with a value, or right behind the name of its own field, is meant like it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from agents.linking.claims import LISTED
from agents.linking.values import EXACT_WORD, SURE_NAME, ValueLinker
from agents.student.decode import Marked
from catalog.known_words import Span, touches

_LINK = re.compile(r"[,/&]|\b(?:and|or|n)\b", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
# What stands between the name of a field and its value: "the size *must be* L".
_NAME = re.compile(r"([^\W\d_]+)(?:\s+(?:is|must be|should be|in|of)|\s*[:=])?\s+$", re.IGNORECASE)
# What stands between a price and what it is paid for, and between a thing and what it is made of.
_PAID_FOR = re.compile(r"\s+for\s+(?:an?|some|the|my)\s+", re.IGNORECASE)
_MADE_OF = re.compile(r"\s+(?:in|made (?:out )?of|made from)\s+", re.IGNORECASE)
# No name of a field with what stands behind it is longer.
_FAR = 60


def with_left_out(
    mentions: Sequence[Marked], text: str, known: Sequence[Span], values: ValueLinker
) -> tuple[Marked, ...]:
    """Return the mentions, and between them what the catalogue knows (`known`) and the model left out."""
    out = list(mentions)
    for span in known:
        seen = touches(span, [(m.start, m.end) for m in out])
        field = "" if seen else _field(text[slice(*span)], values)
        before = [m for m in out if m.end <= span[0]]
        like = None
        if field:
            behind = out[len(before)] if len(before) < len(out) else None
            like = _like(before, text, span, field, values) or _made_of(behind, text, span, values)
        if like is not None:
            start, end = span
            out.insert(len(before), replace(like, start=start, end=end, text=text[start:end]))
    return tuple(out)


def _like(before: Sequence[Marked], text: str, span: Span, field: str, values: ValueLinker) -> Marked | None:
    """Return a mention as which a value of `field` at `span` is meant; None where nothing speaks for it."""
    last = before[-1] if before else None
    if last is not None and last.kind == "V":
        between = text[last.end : span[0]]
        listed = LISTED.fullmatch(between) and _LINK.search(between)
        if listed and _field(last.text, values) == field:
            return replace(last, joined=_OR.search(between) is not None).at_least(SURE_NAME)
    priced = last is not None and last.kind == "B" and _PAID_FOR.fullmatch(text, last.end, span[0])
    named = priced or _is_named(text[max(0, span[0] - _FAR) : span[0]], field, values)
    return Marked(0, 0, "", "V", "positive", "hard", SURE_NAME) if named else None


def _made_of(behind: Marked | None, text: str, span: Span, values: ValueLinker) -> Marked | None:
    """Return a value as what is wished of it behind: "*dresses* in black"."""
    if behind is None or behind.kind != "V" or _MADE_OF.fullmatch(text, span[1], behind.start) is None:
        return None
    if behind.polarity == "negative" or not _field(behind.text, values):
        return None
    return behind.at_least(SURE_NAME)


def _field(words: str, values: ValueLinker) -> str:
    """Return the field of the one category that words name, or ""."""
    named = values.closed(words, least=EXACT_WORD)
    return named[0].field if len(named) == 1 else ""


def _is_named(before: str, field: str, values: ValueLinker) -> bool:
    """Whether a text ends with the name of a field."""
    name = _NAME.search(before)
    return name is not None and any(m.field == field for m in values.vocabulary.fields_spelt(name[1]))
