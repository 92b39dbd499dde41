"""Values of the catalogue that the model overlooked, or took for part of a mood.

The student knows no catalogue. Of goods that it never met it does not know that they are more than a word
for an item ("could I have *bags* that are cheaper?"), or where a mood ends ("*cute dresses*"). Where it left
that open, the catalogue decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.linking.values import EXACT_WORD, ValueLinker
from agents.student.decode import Marked, Reading

# How sure a word is, at least, that the catalogue knows as a value: evidence that the model lacks.
_KNOWN = 0.75
# What is somebody's is not wished for: "my kids", "excuse my english".
_OWNED = re.compile(r"\b(?:my|your|our|his|her|their|\w+'s)\s+$", re.IGNORECASE)
# What joins a value to the rest of a mood, and belongs to neither: "*a* belt *in* teal".
_JOINT = re.compile(
    r"^(?:[\s,]|(?:an?|the|of|in|with|and|for|made|from|to|that|is|are|things?|stuff)\b)+"
    r"|(?:[\s,]|\b(?:an?|the|of|in|with|and|for|made|from|to|that|is|are|things?|stuff))+$",
    re.IGNORECASE,
)


def recovered(mentions: Sequence[Marked], reading: Reading, values: ValueLinker) -> tuple[Marked, ...]:
    """Return the mentions with what the catalogue knows of the faint words, in the order of the text."""
    out = list(mentions)
    for value in (value for faint in reading.faint for value in _values_in(faint, values)):
        touched = [m for m in out if m.start < value.end and value.start < m.end]
        if _OWNED.search(reading.text[: value.start]):
            continue
        if not touched:
            # What a correction puts right is meant to be overlooked: "*comedies*, er, thrillers".
            out += [_sure(value)] if reading.act != "replace" or not mentions else []
        elif len(touched) == 1 and _holds(touched[0], value, values):
            out.remove(touched[0])
            out += [*_rest(touched[0], value), _sure(value)]
    return tuple(sorted(out, key=lambda mention: mention.start))


def _sure(value: Marked) -> Marked:
    return replace(value, probability=max(value.probability, _KNOWN))


def _values_in(faint: Marked, values: ValueLinker) -> Iterator[Marked]:
    """Give the catalogue's own names in some faint words, each as a mention."""
    for named in values.closed(faint.text, least=EXACT_WORD):
        start, end = faint.start + named.start, faint.start + named.end
        yield replace(faint, start=start, end=end, text=faint.text[named.start : named.end])


def _holds(mood: Marked, value: Marked, values: ValueLinker) -> bool:
    """Whether a mood holds a value beside other words, and is no name of the catalogue as a whole."""
    wider = mood.start < value.start or value.end < mood.end
    return mood.kind == "A" and wider and not values.phrases.is_name(mood.text)


def _rest(mood: Marked, value: Marked) -> Iterator[Marked]:
    """Give what a mood says beside a value, without the words that join them."""
    for start, end in ((mood.start, value.start), (value.end, mood.end)):
        words = mood.text[start - mood.start : end - mood.start]
        words_left = _JOINT.sub("", words)
        if words_left:
            at = start + words.index(words_left)
            yield replace(mood, start=at, end=at + len(words_left), text=words_left)
