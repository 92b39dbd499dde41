"""Mentions put together or apart by what the catalogue knows: "hidden" + "gems", "Heat and Alien".

What the model marks of a name that it never met may fall short of it ("coming of *age*"): the catalogue's
own names of several words decide where such a mention begins and ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from agents.linking.bounds import COUNTED
from agents.linking.phrases import WORD
from agents.linking.values import EXACT_WORD, SURE_NAME, ValueLinker
from agents.student.decode import Marked
from catalog.names import plain
from catalog.people import FIRST, FULL, SURNAME

_WORDY = ("V", "A", "D")
# One name has nothing between its words but a space, a hyphen or an "and" ("black and white").
_BESIDE = re.compile(r"[\s-]*(?:(?:and|&|n)[\s-]+)?", re.IGNORECASE)
# Where a person's name comes apart: "J.J. Abrams", "Paul W.S. Anderson".
_INITIAL_ENDS = re.compile(r"\.?\s*(?:\w\.\s*)*\w?")
# What is counted, and was marked apart from its number: "3 or more" and "seasons".
_COUNT = re.compile(r"\d(?: or (?:more|less|fewer))?$", re.IGNORECASE)
_COUNTED = re.compile(COUNTED, re.IGNORECASE)
# Places alone are one list: "*one*, *four* and *eight* we have seen", where "one" is a place as well.
_PLACE = re.compile(r"\w+")
# A bound may be part of a name, too ("coming of age"); people, titles and positions are looked up as such.
_WIDENED = (*_WORDY, "B")
# Behind a title in brackets stands a year.
_IN_BRACKETS = 6
# The word right beside a mention.
_WORD_BEFORE, _WORD_BEHIND = re.compile(r"([^\W\d_]+) $"), re.compile(r" [^\W\d_]+")
# What opens the telling of a plot; it goes on to the next stop or comma.
_PLOT = re.compile(r"\b(?:where|in which|whose|wherein)\b[^,.;:!?]*$", re.IGNORECASE)
_BREAK = re.compile(r"[,.;:!?\n]|\bbut\b", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:,\s*(?:and|or)?|\band\b|\bor\b|\bn\b|/|\+|&)\s*", re.IGNORECASE)


def widened(mentions: Sequence[Marked], text: str, values: ValueLinker) -> tuple[Marked, ...]:
    """Return the mentions, each as wide as the longest name around it; what that takes in goes."""
    mentions = [_whole_name(_with_the_name(mention, text), text, values) for mention in mentions]
    names = values.phrases.around(text, [(m.start, m.end) for m in mentions])
    if not names:
        return tuple(mentions)
    # What a mention names by itself stays with it: in "courtroom drama" the drama is a genre.
    apart = [m for m in mentions if _is_value(m.text, values)]
    kept: list[Marked] = []
    for mention in mentions:
        others = [m for m in apart if m is not mention]
        free = [name for name in names if not any(m.start < name[1] and name[0] < m.end for m in others)]
        if mention in apart:
            free = [name for name in free if _is_value(text[slice(*name)], values)]
        wider = _widest(mention, text, free)
        if not kept or wider.start >= kept[-1].end:
            kept.append(wider)
        elif wider.end - wider.start > kept[-1].end - kept[-1].start:
            kept[-1] = wider
    return tuple(kept)


def _with_the_name(mention: Marked, text: str) -> Marked:
    """Return a person of whom only the article was marked with the word behind it: "by *the* Coens"."""
    if mention.kind != "P" or mention.text.casefold() != "the":
        return mention
    behind = WORD.search(text, mention.end)
    if behind is None:
        return mention
    return replace(mention, start=behind.start(), end=behind.end(), text=behind.group())


def _whole_name(mention: Marked, text: str, values: ValueLinker) -> Marked:
    """Return a person of whom one name was marked with the other beside it: "*bill* murrey"."""
    if mention.kind != "P" or WORD.fullmatch(mention.text) is None:
        return mention
    before, behind = _WORD_BEFORE.search(text[: mention.start]), _WORD_BEHIND.match(text, mention.end)
    stretches = [(before.start(1), mention.end)] if before else []
    stretches += [(mention.start, behind.end())] if behind else []
    for start, end in stretches:
        words = text[start:end]
        # With a typing error only where a word is none: any two words are like somebody's names.
        people = values.vocabulary.people
        found = people.find(words) if values.mistyped(words) else people.spelt(words)
        whole = found and found[0].score not in (FIRST, SURNAME)
        if whole and plain(mention.text) in plain(found[0].name).split():
            return replace(mention, start=start, end=end, text=words)
    return mention


def closed(mentions: Sequence[Marked], text: str) -> tuple[Marked, ...]:
    """Return the mentions, what ends within brackets up to their end: "King Kong (1976)" is one title."""
    out: list[Marked] = []
    for mention in mentions:
        if out and mention.start < out[-1].end:
            continue
        end = text.find(")", mention.end, mention.end + _IN_BRACKETS) + 1
        opened = mention.text.count("(") > mention.text.count(")")
        whole = replace(mention, end=end, text=text[mention.start : end]) if end and opened else mention
        out.append(whole)
    return tuple(out)


def _is_value(words: str, values: ValueLinker) -> bool:
    return any(match.score >= EXACT_WORD for match in values.vocabulary.spelt(words))


def _widest(mention: Marked, text: str, names: list[tuple[int, int]]) -> Marked:
    if mention.kind not in _WIDENED:
        return mention
    for start, end in names:
        if start <= mention.start and mention.end <= end and (start, end) != (mention.start, mention.end):
            kind = mention.kind if mention.kind in _WORDY else "A"
            wider = replace(mention, start=start, end=end, text=text[start:end], kind=kind)
            return wider.at_least(SURE_NAME)
    return mention


def joined(mentions: Sequence[Marked], text: str, values: ValueLinker) -> tuple[Marked, ...]:
    """Return the mentions with neighbours made one: a name that the vocabulary knows, a plot that is told."""
    out: list[Marked] = []
    for mention in mentions:
        last = out[-1] if out else None
        if last is not None and (_one_plot(last, mention, text) or _one_name(last, mention, text, values)):
            out[-1] = replace(
                last,
                end=mention.end,
                text=text[last.start : mention.end],
                probability=min(last.probability, mention.probability),
            )
        else:
            out.append(mention)
    return tuple(out)


def _one_plot(last: Marked, mention: Marked, text: str) -> bool:
    """Whether two mentions belong to one clause of a plot: "where *an alien* hides on *the ship*"."""
    alike = (last.kind, last.polarity, last.retracted) == (mention.kind, mention.polarity, mention.retracted)
    if not alike or mention.kind != "A" or _BREAK.search(text, last.end, mention.start):
        return False
    return _PLOT.search(text[: last.start]) is not None


def _one_name(last: Marked, mention: Marked, text: str, values: ValueLinker) -> bool:
    between = text[last.end : mention.start]
    if last.kind == mention.kind == "P" and _INITIAL_ENDS.fullmatch(between):
        return any(p.score == FULL for p in values.vocabulary.people.spelt(text[last.start : mention.end]))
    if last.kind == mention.kind == "R":
        return _one_list(last, mention, between)
    if last.kind == "B" and mention.kind == "A" and between == " ":
        return _COUNT.search(last.text) is not None and _COUNTED.fullmatch(mention.text) is not None
    alike = last.polarity == mention.polarity and last.retracted == mention.retracted
    if not (alike and last.kind in _WORDY and mention.kind in _WORDY and _BESIDE.fullmatch(between)):
        return False
    words = text[last.start : mention.end]
    if _is_value(words, values):
        return True
    alone = _is_value(last.text, values) or _is_value(mention.text, values)
    return not alone and values.phrases.is_name(words)


def _one_list(last: Marked, mention: Marked, between: str) -> bool:
    alike = (last.polarity, last.retracted) == (mention.polarity, mention.retracted)
    bare = _PLACE.fullmatch(_LIST.split(last.text)[-1]) and _PLACE.fullmatch(mention.text)
    return alike and bare is not None and _LIST.fullmatch(between) is not None


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
