"""Where a text holds words of a vocabulary: the longest names, from left to right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice

from catalog.idle_words import IDLE_WORDS
from catalog.names import LEADING_ARTICLES, plain

# "Sci-fi" is two words, "levi's" one. What ends a part of a sentence stands for itself, and in no name.
WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*|[,;!?\n]")

# Each is compared with every name: more typing errors than these are no command.
MOST_WRONG = 6

# `[start, end)` in code points of the text.
Span = tuple[int, int]


class KnownWords:
    """Names to be found in texts.

    Parameters
    ----------
    names
        In the form of `catalog.names.plain`. Idle words ("on", which is a brand of shoes as well) are left
        out: found everywhere, they would tell nothing.
    others
        Names of something else, in the same form: what is a part of one is not found ("war" in "War Horse").
    """

    def __init__(self, names: Iterable[str], others: Iterable[str] = ()) -> None:
        self.names = frozenset(name for name in names if name and name not in IDLE_WORDS)
        words = frozenset(word for name in self.names for word in name.split(" "))
        hiding = (name for name in others if self._hides(name.split(" "), words))
        self._any = self.names.union(hiding)
        self._longest: dict[str, int] = {}
        for name in self._any:
            first, size = name.partition(" ")[0], name.count(" ") + 1
            self._longest[first] = max(size, self._longest.get(first, 0))

    def _hides(self, other: list[str], words: frozenset[str]) -> bool:
        """Whether a name may hold one of `names`, of which `words` are the words, beside other words."""
        bare = other[1:] if other[0] in LEADING_ARTICLES else other
        return len(bare) > 1 and not words.isdisjoint(bare) and " ".join(bare) not in self.names

    def spans(self, text: str) -> tuple[Span, ...]:
        """Return where `text` holds names; none overlap.

        Examples
        --------
        >>> KnownWords(["sci fi", "horror"]).spans("No horror, more Sci-Fi")
        ((3, 9), (16, 22))
        """
        places = list(WORD.finditer(text))
        words = [_plain(word[0]) for word in places]
        found: list[Span] = []
        at = 0
        while at < len(words):
            name = self._longest_at(words, at)
            size = name.count(" ") + 1
            if name in self.names:
                found.append((places[at].start(), places[at + size - 1].end()))
            at += size
        return tuple(found)

    def spans_mistyped(
        self, text: str, mistyped: Callable[[str], bool], meant: Callable[[str], bool]
    ) -> tuple[Span, ...]:
        """Return where `text` holds names, and words with a typing error in between that mean one.

        `mistyped` says whether a word is none, `meant` whether such a word is like a name.
        """
        found = self.spans(text)
        apart = (word for word in WORD.finditer(text) if not touches(word.span(), found))
        wrong = islice((word for word in apart if mistyped(word[0])), MOST_WRONG)
        return tuple(sorted((*found, *(word.span() for word in wrong if meant(word[0])))))

    def _longest_at(self, words: list[str], at: int) -> str:
        """Return the longest name that begins with word `at`; an empty one where none does."""
        for size in range(min(self._longest.get(words[at], 0), len(words) - at), 0, -1):
            name = " ".join(words[at : at + size])
            if name in self._any:
                return name
        return ""


def touches(span: Span, others: Iterable[Span]) -> bool:
    """Whether a span overlaps one of the others."""
    return any(span[0] < end and start < span[1] for start, end in others)


def _plain(word: str) -> str:
    lowered = word.lower()
    return lowered if lowered.isascii() and lowered.isalnum() else plain(word)
