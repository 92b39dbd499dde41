"""Mentions put together or apart by what the catalogue knows: "hidden" + "gems", "Heat and Alien"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.linking.values import EXACT_WORD, ValueLinker
from agents.student.decode import Marked

_WORDY = ("V", "A", "D")
# One name has nothing between its words but a space or a hyphen.
_BESIDE = re.compile(r"[\s-]*")
_LIST = re.compile(r"\s*(?:,\s*(?:and|or)?|\band\b|\bor\b|/|\+|&)\s*", re.IGNORECASE)


def once(mentions: Sequence[Marked]) -> tuple[Marked, ...]:
    """Return the mentions without repetitions of the same words in the same sense."""
    kept = {
        (m.text.casefold(), m.kind, m.polarity, m.strength, m.op, m.retracted): m for m in reversed(mentions)
    }
    return tuple(sorted(kept.values(), key=lambda m: m.start))


def joined(mentions: Sequence[Marked], text: str, values: ValueLinker) -> tuple[Marked, ...]:
    """Return the mentions with neighbours made one where the vocabulary knows them as one name."""
    out: list[Marked] = []
    for mention in mentions:
        last = out[-1] if out else None
        if last is not None and _one_name(last, mention, text, values):
            out[-1] = replace(
                last,
                end=mention.end,
                text=text[last.start : mention.end],
                probability=min(last.probability, mention.probability),
            )
        else:
            out.append(mention)
    return tuple(out)


def _one_name(last: Marked, mention: Marked, text: str, values: ValueLinker) -> bool:
    between = text[last.end : mention.start]
    alike = last.polarity == mention.polarity and last.retracted == mention.retracted
    if not (alike and last.kind in _WORDY and mention.kind in _WORDY and _BESIDE.fullmatch(between)):
        return False
    words = text[last.start : mention.end]
    pointed = values.vocabulary.directions_spelt(words)
    if pointed and pointed[0].score >= EXACT_WORD:
        return True
    return any(m.score >= EXACT_WORD for m in values.vocabulary.spelt(words))


def titles_apart(mention: Marked) -> Iterator[Marked]:
    """Give the parts of "Heat and Alien", each as a mention; nothing where there is one part."""
    ends = [*((m.start(), m.end()) for m in _LIST.finditer(mention.text)), (len(mention.text),) * 2]
    if len(ends) < 2:
        return
    start = 0
    for stop, after in ends:
        if stop > start:
            begin = mention.start + start
            yield replace(mention, start=begin, end=mention.start + stop, text=mention.text[start:stop])
        start = after
