"""Titles of which the model saw a part, or which it took for a subject.

"i liked step *brothers* and a few *good men*": the catalogue knows titles of these very words, and people who
tell what they liked tell titles. Elsewhere capital letters tell: "The Remains of the *Day* is lovely".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from agents.linking.phrases import WORD
from agents.linking.title_words import FILLED, IS, LIKED, PRAISE, TOLD
from agents.linking.values import SURE_NAME, ValueLinker
from agents.student.decode import Marked
from catalog.known_words import Span, touches
from catalog.names import LEADING_ARTICLES

# What is praised stands before the praise: "The Conjuring and Sinister *were great*".
_PRAISED = re.compile(rf"\b(?:{IS})\s+{FILLED}(?:{PRAISE})\b", re.IGNORECASE)
# Behind these all titles are liked, behind a "not" none.
_LIKED = re.compile(rf"\b(?:{LIKED})\b[^.!?;\n]*", re.IGNORECASE)
_TURNED = re.compile(
    r"\b(?:not|no|never|except|hat(?:e|ed|es)|without|than|but)\b|n['\u2019]t\b", re.IGNORECASE
)
_NEGATED = re.compile(r"(?:n['\u2019]?t|\bnot|\bnever|\bno)\s+(?:\w+\s+)?$", re.IGNORECASE)
# A word that a title writes with a capital letter, and one that it does not.
_LONG_WORD = re.compile(r"(?!(?i:the|and|for|but|with|from|into)\b)[^\W\d_]{3,}")
_SMALL_WORD = re.compile(
    r"\b(?!(?:an?|the|and|or|nor|of|in|on|at|to|by|as|for|but|with|from|into)\b)[a-z]+\b"
)
_A_FIRST, _A_BEFORE = re.compile(r"an?\s"), re.compile(r"\ban?\s+$")
_PARTED = re.compile(r"[,.;!?/\n]")
# What the model took for titles may be one with a comma: "The Good, the Bad and the Ugly".
_TITLES_PARTED = re.compile(r"[.;!?/\n]")
# Below this the model only guesses that a mention is a category.
_UNSURE = 0.5
# Below this the model hardly saw a mention at all.
HARDLY = 0.25
# Between two titles of a list, and what ends one.
_NEXT = re.compile(r"\s*(?:[,/&]|\b(?:and|or|n)\b)\s*(?:(?:and|or)\s+)?", re.IGNORECASE)
_ENDED = re.compile(r"\s*(?:$|[,.;!?/)&\n]|\b(?:and|or|n|but|please|pls)\b)", re.IGNORECASE)
# How far a title may reach beyond what the model marked of it.
_REACH = 6


def told_titles(mentions: Sequence[Marked], text: str, values: ValueLinker) -> tuple[Marked, ...]:
    """Return the mentions, each that is part of a title, in talk of titles or in capitals, as that title."""
    liked = [m.span() for m in _LIKED.finditer(text) if not _NEGATED.search(text[: m.start()])]
    if not any(map(_may_be_title, mentions)):
        return _with_the_liked(mentions, text, liked, values)
    praised = [(_begin(text, match.start()), match.end()) for match in _PRAISED.finditer(text)]
    told = praised + [match.span() for match in TOLD.finditer(text)]
    # Each stretch of words is looked up: only where a title may stand out by its capitals.
    long_words = () if text.islower() else _LONG_WORD.findall(text)
    mixed = sum(map(str.istitle, long_words)) > 1 and _SMALL_WORD.search(text) is not None
    words: Sequence[Span] = ()
    out: list[Marked] = []
    for mention in mentions:
        if out and mention.start < out[-1].end:
            continue
        span, whole = None, False
        in_talk = mention.kind == "T" or any(a <= mention.start < b for a, b in told)
        hardly = mention.probability < HARDLY and " " in mention.text
        if _may_be_title(mention) and (in_talk or mixed or hardly):
            others = [m for m in mentions if m is not mention and not _may_be_title(m)]
            words = words or [word.span() for word in WORD.finditer(text)]
            span = _around(mention, text, words, others, values)
            whole = hardly and span == (mention.start, mention.end)
            if span is not None and not (in_talk or whole or _in_capitals(text, span, mention)):
                span = None
        if span is not None and out and span[0] <= out[-1].start and _may_be_title(out[-1]):
            out.pop()  # "*smokey* and *the bandit*": the first part of the title
        if span is None or (out and span[0] < out[-1].end):
            out.append(mention)
        else:
            start, end = span
            title = replace(mention, start=start, end=end, text=text[start:end], kind="T")
            # What is neither of the model's wishes nor anybody's words is more likely a title than none.
            out.append(title.at_least(SURE_NAME) if whole else title)
    return _with_the_liked(_with_the_next(out, text, values), text, liked, values)


def _begin(text: str, at: int) -> int:
    """Return where the sentence begins in which a place is."""
    return max(text.rfind(stop, 0, at) for stop in ".!?;\n") + 1


def _with_the_liked(
    mentions: Sequence[Marked], text: str, liked: Sequence[Span], values: ValueLinker
) -> tuple[Marked, ...]:
    """Return the mentions, and well-known titles of several words that stand in talk of what is liked.

    "I love rom coms, you know like *youve got mail*": of what the model left out nothing else is so sure.
    """
    taken = [(m.start, m.end) for m in mentions]
    new = []
    for begin, end in liked:
        for start, stop in values.known_titles(text[begin:end]):
            span = (begin + start, begin + stop)
            if not touches(span, taken) and not _TURNED.search(text, begin, span[0]):
                new.append(Marked(*span, text[slice(*span)], "T", "positive", "soft", SURE_NAME))
    return tuple(sorted((*mentions, *new), key=lambda m: m.start)) if new else tuple(mentions)


def _with_the_next(mentions: Sequence[Marked], text: str, values: ValueLinker) -> tuple[Marked, ...]:
    """Return the mentions, and behind a title the next of its list that the model left out.

    "Something like Moneyball or *Margin Call*".
    """
    out = list(mentions)
    for at, mention in enumerate(out):
        link = _NEXT.match(text, mention.end) if mention.kind == "T" else None
        if link is None or not values.titles.spelt(mention.text):
            continue
        until = out[at + 1].start if at + 1 < len(out) else len(text)
        ends = [word.end() for word in WORD.finditer(text, link.end(), until)][: _REACH + 1]
        for end in reversed(ends):
            said = text[link.end() : end]
            if _ENDED.match(text, end) and values.titles.spelt(said):
                like = replace(mention, start=link.end(), end=end, text=said, kind="A")
                if _means_it(said, like, values):
                    # The list goes on behind it: what is put in comes next in this very loop.
                    out.insert(at + 1, replace(like, kind="T"))
                break
    return tuple(out)


def _may_be_title(mention: Marked) -> bool:
    """Whether a mention may be a part of a title, or one: of a category the model has to be unsure."""
    return mention.kind in ("T", "A") or (mention.kind == "V" and mention.probability < _UNSURE)


def _around(
    mention: Marked,
    text: str,
    words: Sequence[tuple[int, int]],
    others: Sequence[Marked],
    values: ValueLinker,
) -> tuple[int, int] | None:
    """Return the longest title around a mention; None where there is none or it is one already."""
    inside = [n for n, (start, end) in enumerate(words) if start < mention.end and mention.start < end]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    parted = _TITLES_PARTED if mention.kind == "T" or mention.text.istitle() else _PARTED
    stretches = [
        (words[a][0], words[b][1])
        for a in range(max(first - _REACH, 0), first + 1)
        for b in range(last, _furthest(text, words, a, last, values) + 1)
    ]
    for start, end in sorted(stretches, key=lambda stretch: stretch[0] - stretch[1]):
        if parted.search(text, start, end) or any(m.start < end and start < m.end for m in others):
            continue
        if mention.kind != "T" and _describes(text, start, end, values):
            continue
        if values.titles.spelt(text[start:end]) and _means_it(text[start:end], mention, values):
            return None if (start, end, "T") == (mention.start, mention.end, mention.kind) else (start, end)
    return None


def _furthest(text: str, words: Sequence[Span], first: int, last: int, values: ValueLinker) -> int:
    """Return which word a title that begins with word `first` may end with, beyond `last` or not.

    Where no title begins with the words there, it is at most an article and one word.
    """
    opening = text[words[first][0] : words[min(first + 2, len(words) - 1)][1]]
    return min(last + _REACH if values.titles.begins(opening) else first + 1, len(words) - 1)


def _in_capitals(text: str, span: tuple[int, int], mention: Marked) -> bool:
    """Whether a title of which the model saw a part is written as one; its article is no part of it."""
    start, end = span
    first, _, rest = text[start:end].partition(" ")
    bare = rest if first.casefold() in LEADING_ARTICLES else text[start:end]
    if bare == mention.text:
        return False
    inside = _LONG_WORD.findall(text, start, end)
    beside = _SMALL_WORD.search(text[:start] + " " + text[end:])
    titled = len(inside) > 1 and all(word.istitle() for word in inside)
    return titled and beside is not None


def _describes(text: str, start: int, end: int, values: ValueLinker) -> bool:
    """Whether words say which items are wanted: "is there like *a scary movie*".

    Behind "a" in small letters they are a title only where that begins so itself ("a goofy movie").
    """
    words = text[start:end]
    if not words.islower() or not values.is_item_word(words.rsplit(maxsplit=1)[-1]):
        return False
    if _A_BEFORE.search(text, 0, start):
        return True
    return _A_FIRST.match(words) is not None and not any(
        _A_FIRST.match(values.catalog.titles[match.item].casefold())
        for match in values.titles.find(words)[:1]
    )


def _means_it(words: str, mention: Marked, values: ValueLinker) -> bool:
    """Whether words are a title and not only the same words ("black and white").

    Of a single word a capital letter tells.
    """
    if mention.kind == "T":
        return True
    if values.phrases.is_name(words):
        return False
    telling = [word for word in words.split() if word.casefold() not in LEADING_ARTICLES]
    if len(telling) > 1:
        return telling[0][:1].isupper() or values.titles.spelt(words, known=True)
    return len(telling) == 1 and telling[0][:1].isupper() and not words.isupper()
