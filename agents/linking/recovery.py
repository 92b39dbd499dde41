"""Values of the catalogue that the model overlooked, or took for part of a mood.

The student knows no catalogue. Of goods that it never met it does not know that they are more than a word
for an item ("could I have *bags* that are cheaper?"), or where a mood ends ("*cute dresses*"). Where it left
that open, the catalogue decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.linking.values import EXACT_WORD, SURE_NAME, ValueLinker
from agents.student.decode import Marked, Reading
from catalog.vocabulary import EXACT

# What is somebody's is not wished for: "my kids", "excuse my english", "my sister's boots".
_OWNED = re.compile(r"\b(?:my|your|our|his|her|their)\s+(?:\w+['\u2019]s\s+)?$", re.IGNORECASE)
# What joins a value to the rest of a mood, and belongs to neither: "*a* belt *in* teal".
_IDLE = r"(?:an?|the|of|in|with|and|for|made|from|to|that|is|are|things?|stuff)"
_JOINT_BEFORE = re.compile(rf"(?:[\s,]|\b{_IDLE}(?![\w-]))*", re.IGNORECASE)
_JOINT_BEHIND = re.compile(rf"(?:[\s,]|(?<![\w-]){_IDLE}\b)*$", re.IGNORECASE)
_ENDS = re.compile(rf"[\s,]*(?:{_IDLE}(?![\w-])|$)", re.IGNORECASE)


def recovered(mentions: Sequence[Marked], reading: Reading, values: ValueLinker) -> tuple[Marked, ...]:
    """Return the mentions with what the catalogue knows of the faint words, in the order of the text."""
    out = list(mentions)
    for faint in reading.faint:
        touched = [m for m in out if m.start < faint.end and faint.start < m.end]
        if not touched and not (reading.act == "replace" and mentions):
            # What a correction puts right is meant to be overlooked: "*comedies*, er, thrillers".
            out += _values_in(faint, faint, reading.text, values)
        elif len(touched) == 1 and touched[0].kind == "A":
            out = [m for m in out if m is not touched[0]]
            out += _taken_apart(touched[0], faint, reading.text, values)
    return tuple(sorted(out, key=lambda mention: mention.start))


def _values_in(words: Marked, faint: Marked, text: str, values: ValueLinker) -> list[Marked]:
    """Return the catalogue's own names in some words, each as a mention, where they touch the faint ones."""
    found: list[Marked] = []
    until = words.end
    for named in reversed(values.closed(words.text, least=EXACT_WORD)):
        start, end = words.start + named.start, words.start + named.end
        # "Short sleeves" are no shorts: a form of a value's name is meant where the words end, or are joined.
        ends = named.score == EXACT or _ENDS.match(text, end, until) is not None
        if ends and start < faint.end and faint.start < end and not _OWNED.search(text[:start]):
            value = replace(faint, start=start, end=end, text=text[start:end])
            found.insert(0, value.at_least(SURE_NAME))
        until = start
    return found


def _taken_apart(mood: Marked, faint: Marked, text: str, values: ValueLinker) -> Iterator[Marked]:
    """Give the values in a mood, and what it says beside them; as it is where it is a name as a whole."""
    found = [] if values.phrases.is_name(mood.text) else _values_in(mood, faint, text, values)
    at = mood.start
    for value in found:
        yield from _rest(mood, at, value.start)
        yield value
        at = value.end
    yield from _rest(mood, at, mood.end)


def _rest(mood: Marked, start: int, end: int) -> Iterator[Marked]:
    """Give a part of a mood without the words that join it to a value; all of it where it is the whole."""
    words = mood.text[start - mood.start : end - mood.start]
    opening, closing = _JOINT_BEFORE.match(words), _JOINT_BEHIND.search(words)
    if opening and closing and (start, end) != (mood.start, mood.end):
        start, end = start + opening.end(), start + closing.start()
    if start < end:
        yield replace(mood, start=start, end=end, text=mood.text[start - mood.start : end - mood.start])
